import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import type { Place } from "../../model/network-path.ts";
import { certain, nothing, quotient } from "../estimate-arithmetic.ts";
import { sumOfIndependent } from "../estimate-sum.ts";
import { written } from "../estimate-text.ts";
import type { DataSet } from "./data-set.ts";
import { explainStage, type Site, stageSeconds } from "./stage-terms.ts";

/** An image that a run needs. */
export interface ImageNeed {
  /** Of what has to be moved; `null`: unknown. */
  readonly bytes: Estimate | null;
  readonly evidence: readonly Evidence[];
  /** Where it comes from: `here`, `internet` for a registry. */
  readonly from: Place;
  /** Whether the site has it already; `null`: unknown, so it is taken as missing. */
  readonly cached: boolean | null;
  /** Bytes of image a second that are turned into a root file system at the site; `null`: unknown. `certain(Infinity)`: nothing to turn. */
  readonly convertBytesPerSecond: Estimate | null;
  readonly convertEvidence: readonly Evidence[];
}

/** An image that needs no work once it has arrived: one squashfs file serves every level. */
export const noConversion: Pick<ImageNeed, "convertBytesPerSecond" | "convertEvidence"> = {
  convertBytesPerSecond: certain(Number.POSITIVE_INFINITY),
  convertEvidence: [],
};

/** Seconds until the image is at the site and usable; `null` where a size, path or rate is unknown. */
export function imageSeconds(image: ImageNeed, site: Site): Estimate | null {
  if (image.cached === true) return nothing;
  const { bytes, convertBytesPerSecond } = image;
  if (bytes === null || convertBytesPerSecond === null) return null;
  const pull = stageSeconds([imageSet(image)], site, "in");
  const work = convertBytesPerSecond.low === Number.POSITIVE_INFINITY;
  if (pull === null || work) return pull;
  return sumOfIndependent([pull, quotient(bytes, convertBytesPerSecond)]);
}

function imageSet({ bytes, evidence, from }: ImageNeed): DataSet {
  return { name: "image", bytes, evidence, place: from, learn: "`aloft image build`" };
}

/** `imageSeconds` with its formula and evidence. */
export function explainImage(image: ImageNeed, site: Site): Term {
  if (image.cached === true)
    return {
      estimate: nothing,
      formula: `image: already at ${site.place}`,
      evidence: [...image.evidence],
    };
  const pull = explainStage([imageSet(image)], site, "in");
  const { bytes, convertBytesPerSecond: rate, convertEvidence } = image;
  const estimate = imageSeconds(image, site);
  if (bytes === null || pull.estimate === null || rate?.low === Number.POSITIVE_INFINITY)
    return pull;
  const evidence = [...pull.evidence, ...convertEvidence];
  if (rate === null) {
    const learn = "build an image once: its build tells how fast images are turned into squashfs";
    return {
      estimate,
      formula: `${pull.formula}; then converted at an unknown rate`,
      evidence,
      learn,
    };
  }
  const took = written(quotient(bytes, rate), formatDuration);
  const formula = `${pull.formula}; converted at ${written(rate, formatBytes)} a second = ${took}`;
  return { estimate, formula, evidence };
}
