import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import type { Estimate, Term } from "../../model/estimate.ts";
import type { NetworkPath, Place } from "../../model/network-path.ts";
import { nothing, quotient } from "../estimate-arithmetic.ts";
import { moved } from "../estimate-pair.ts";
import { sumOfIndependent } from "../estimate-sum.ts";
import { written } from "../estimate-text.ts";
import { formatBits } from "./bits.ts";
import type { DataSet } from "./data-set.ts";
import type { FindPath } from "./paths.ts";

/** Where a run would be, and how it is reached. */
export interface Site {
  readonly place: Place;
  readonly findPath: FindPath;
  /** Of the machine's own network; `null`: unknown, so the path alone counts. */
  readonly bitsPerSecond: number | null;
}

/** Whether data goes to the run or comes from it. */
export type Direction = "in" | "out";

/**
 * Seconds to bring all data to a site, or all from it: latency + 8 × bytes / bandwidth for each set, one after the other. Data that is at the
 * place already takes none. `null` where a size, a place or a path is unknown. Without strings: for every offer of a plan.
 */
export function stageSeconds(
  sets: readonly DataSet[],
  site: Site,
  direction: Direction,
): Estimate | null {
  const parts: Estimate[] = [];
  for (const set of sets) {
    const part = setSeconds(set, site, direction);
    if (part === null) return null;
    parts.push(part);
  }
  return sumOfIndependent(parts);
}

function setSeconds(set: DataSet, site: Site, direction: Direction): Estimate | null {
  if (set.bytes?.high === 0 || set.place === site.place) return nothing;
  if (set.bytes === null || set.place === null) return null;
  const path = pathOf(set.place, site, direction);
  return path === null ? null : transferSeconds(set.bytes, path, site.bitsPerSecond);
}

function pathOf(place: Place, site: Site, direction: Direction): NetworkPath | null {
  return direction === "in" ? site.findPath(place, site.place) : site.findPath(site.place, place);
}

/** A path is no faster than the network of the machine at its end. */
function bandwidth(
  { bitsPerSecond: { low, median, high } }: NetworkPath,
  own: number | null,
): Estimate {
  const most = own ?? Number.POSITIVE_INFINITY;
  return { low: Math.min(low, most), median: Math.min(median, most), high: Math.min(high, most) };
}

function transferSeconds(bytes: Estimate, path: NetworkPath, own: number | null): Estimate {
  const bits = { low: 8 * bytes.low, median: 8 * bytes.median, high: 8 * bytes.high };
  return moved(quotient(bits, bandwidth(path, own)), path.latencySeconds);
}

/** `stageSeconds` with its formula and evidence. */
export function explainStage(sets: readonly DataSet[], site: Site, direction: Direction): Term {
  const parts = sets.map((set) => explainSet(set, site, direction));
  const unknown = parts.find(({ estimate }) => estimate === null);
  return {
    estimate: stageSeconds(sets, site, direction),
    formula: parts.map(({ formula }) => formula).join("; ") || "no data",
    evidence: parts.flatMap(({ evidence }) => evidence),
    ...(unknown?.learn === undefined ? {} : { learn: unknown.learn }),
  };
}

function explainSet(set: DataSet, site: Site, direction: Direction): Term {
  const estimate = setSeconds(set, site, direction);
  const size = set.bytes === null ? "unknown size" : written(set.bytes, formatBytes);
  const [from, to] = direction === "in" ? [set.place, site.place] : [site.place, set.place];
  const what = `${set.name}: ${size}`;
  if (set.place === site.place)
    return { estimate, formula: `${what}, already at ${site.place}`, evidence: [...set.evidence] };
  const way = `${what} from ${from ?? "an unknown place"} to ${to ?? "an unknown place"}`;
  if (set.place === null)
    return { estimate, formula: way, evidence: [...set.evidence], learn: set.learn };
  const path = pathOf(set.place, site, direction);
  const evidence = path === null ? [...set.evidence] : [...set.evidence, path.evidence];
  if (estimate === null || path === null)
    return {
      estimate,
      formula: way,
      evidence,
      learn: set.bytes === null ? set.learn : learnPath(from, to),
    };
  return {
    estimate,
    formula: `${way}${speed(path, site)} = ${written(estimate, formatDuration)}`,
    evidence,
  };
}

function learnPath(from: Place | null, to: Place | null): string {
  return `give the bandwidth of the path from ${from} to ${to}: measured, or as its owner declares it`;
}

function speed(path: NetworkPath, { bitsPerSecond }: Site): string {
  const { low, median, high } = bandwidth(path, bitsPerSecond);
  const rate = written({ low, median, high }, formatBits);
  const limit = bitsPerSecond !== null && bitsPerSecond < path.bitsPerSecond.median;
  return ` at ${rate}${limit ? ", the machine's own network" : ""}`;
}
