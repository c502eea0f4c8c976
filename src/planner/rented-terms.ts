import { certain, nothing } from "./estimate-arithmetic.ts";
import type { CostTerm, Estimate, Term, TimeTerm } from "../model/estimate.ts";
import {
  explainCompute,
  type MachineRate,
  machineRate,
  type Market,
} from "./cost/compute-price.ts";
import type { Convert } from "./cost/currency.ts";
import type { FindPrices } from "./cost/data-prices.ts";
import { explainLicence, licenceCost } from "./cost/licence-price.ts";
import { explainStorage, type StorageQuestion } from "./cost/storage-price.ts";
import {
  explainTransfer,
  type Movement,
  transferCost,
  type TransferQuestion,
} from "./cost/transfer-price.ts";
import type { DataSet } from "./data/data-set.ts";
import { explainImage, type ImageNeed, imageSeconds } from "./data/image-term.ts";
import type { FindPath } from "./data/paths.ts";
import { explainStage, type Site, stageSeconds } from "./data/stage-terms.ts";
import { unknown } from "./local-terms.ts";
import { isBatch, type Place } from "./offer-rules.ts";
import { rentedWait } from "./wait/local-wait.ts";

/** What is known of a workload besides its run time, for places other than this machine. */
export interface RentedKnowledge {
  /** `undefined`: it has none. */
  readonly image: ImageNeed | undefined;
  readonly inputs: readonly DataSet[];
  readonly output: DataSet;
  readonly findPath: FindPath;
  readonly findPrices: FindPrices;
  readonly convert: Convert;
  /** ISO 4217. */
  readonly currency: string;
  /** Tokens by feature. */
  readonly licenses: Readonly<Record<string, number>>;
  /** Asked for besides what a machine comes with. */
  readonly diskBytes: number | undefined;
}

/** A place as data sets and paths name it: `aws/us-east-1`. */
function siteOf({ offer }: Place, { findPath }: RentedKnowledge): Site {
  return {
    place: regionOf({ offer }),
    findPath,
    bitsPerSecond: offer.networkBitsPerSecond,
  };
}

function regionOf({ offer }: Pick<Place, "offer">): string {
  return `${offer.platform}/${offer.region}`;
}

/** Median seconds of what is known of everything around the run. Makes no text. */
export function secondsAround(place: Place, known: RentedKnowledge): number {
  const site = siteOf(place, known);
  const parts = [
    known.image ? imageSeconds(known.image, site) : nothing,
    stageSeconds(known.inputs, site, "in"),
    stageSeconds([known.output], site, "out"),
  ];
  return parts.reduce((sum, part) => sum + (part?.median ?? 0), 0);
}

/** Every term of time but the run. */
export function rentedTime(
  place: Place,
  known: RentedKnowledge,
): Omit<Record<TimeTerm, Term>, "run"> {
  const site = siteOf(place, known);
  return {
    queue: isBatch(place.offer)
      ? unknown("wait in the queue", "no job has been seen to wait there yet")
      : rentedWait(),
    provision: unknown(
      `starting a machine of ${place.offer.platform}`,
      "no start there has been seen yet, and providers publish none",
    ),
    image: known.image
      ? explainImage(known.image, site)
      : { estimate: nothing, formula: "no image", evidence: [] },
    stageIn: explainStage(known.inputs, site, "in"),
    stageOut: explainStage([known.output], site, "out"),
  };
}

/** What `machines` of an offer cost, in the plan's currency; `null` where that is unknown. Makes no text. */
export function rateOf(
  { offer, spot }: Place,
  machines: number,
  { convert }: RentedKnowledge,
): MachineRate | null {
  return machineRate({ offer, machines, market: marketOf({ spot }), convert });
}

function marketOf({ spot }: Pick<Place, "spot">): Market {
  return spot ? "spot" : "on-demand";
}

/** Median price of what is known of data and licences; both hang on the region, not on the shape. */
export function priceAround(place: Place, known: RentedKnowledge): number {
  const { licenses: tokens, convert, currency } = known;
  const licence = licenceCost({ tokens, rates: [], held: null, convert, currency });
  return (transferCost(transferOf(place, known))?.median ?? 0) + (licence?.median ?? 0);
}

/** Every term of cost. `run` is the term of time. */
export function rentedCost(
  place: Place,
  machines: number,
  { run, known }: { readonly run: Term; readonly known: RentedKnowledge },
): Record<CostTerm, Term> {
  const { convert, currency, licenses: tokens } = known;
  const { offer } = place;
  const held = run.estimate;
  const learnHeld = run.learn;
  return {
    compute: explainCompute({
      ...{ offer, machines, market: marketOf(place), convert, currency, held, learnHeld },
      ...(place.spot && held ? { spot: { work: held, interruptions: null, evidence: [] } } : {}),
    }),
    storage: explainStorage(storageOf(place, machines, { held, known })),
    transfer: explainTransfer(transferOf(place, known)),
    licence: explainLicence({ tokens, rates: [], held, convert, currency }),
  };
}

function storageOf(
  place: Place,
  machines: number,
  { held, known }: { readonly held: Estimate | null; readonly known: RentedKnowledge },
): StorageQuestion {
  const { diskBytes = 0, findPrices, convert, currency } = known;
  const more = Math.max(0, diskBytes - (place.offer.diskBytes ?? 0));
  return {
    bytes: certain(more * machines),
    seconds: held,
    price: findPrices(regionOf(place))?.blockStorage ?? null,
    used: 0,
    learn: held ? "the catalogue has no price of storage there" : "its run time is unknown",
    ...{ convert, currency },
  };
}

function transferOf(place: Place, known: RentedKnowledge): TransferQuestion {
  const { inputs, output, image, findPrices, convert, currency } = known;
  const here = regionOf(place);
  const brought = inputs.map(
    (set): Movement => ({
      ...{ name: set.name, bytes: set.bytes, learn: set.learn },
      from: set.place ?? "internet",
      to: here,
    }),
  );
  const pulled: Movement[] = image
    ? [{ name: "image", from: image.from, to: here, bytes: image.bytes, learn: learnImage }]
    : [];
  const sent: Movement = {
    ...{ name: output.name, bytes: output.bytes, learn: output.learn },
    from: here,
    to: output.place ?? "internet",
  };
  return {
    movements: [...pulled, ...brought, sent],
    usedBytes: () => null,
    ...{ findPrices, convert, currency },
  };
}

export const learnImage = "`aloft image build FILE` tells its size";
