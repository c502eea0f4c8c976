import type { Estimate } from "../../model/estimate.ts";
import { quantilesOf } from "./kaplan-meier.ts";
import type { WaitRecord } from "./wait-record.ts";

/**
 * The fewest past waits whose longest one a new wait exceeds one time in ten: of n + 1 waits in random order the last is the
 * longest with probability 1/(n + 1).
 */
export const fewestWaits = 9;

/**
 * Quantiles of past waits, whatever was asked for. The ends are the order statistics of ranks ⌊(n + 1)/10⌋ and
 * ⌈9 (n + 1)/10⌉, between which a new wait of the same kind lies eight times in ten, however waits are distributed (Vovk,
 * Gammerman, Shafer, Algorithmic Learning in a Random World, 2005, chapter 2). `undefined` where fewer than `fewestWaits` have ended.
 */
export function pastWaits(records: readonly WaitRecord[]): Estimate | undefined {
  const n = records.length;
  if (records.filter(({ started }) => started).length < fewestWaits) return undefined;
  const sorted = records.toSorted(
    (a, b) => a.waitSeconds - b.waitSeconds || Number(b.started) - Number(a.started),
  );
  const waits = {
    values: Float64Array.from(sorted, ({ waitSeconds }) => waitSeconds),
    ended: Uint8Array.from(sorted, ({ started }) => Number(started)),
  };
  const [low = 0, median = 0, high = 0] = quantilesOf(waits, new Float64Array(n).fill(1 / n), [
    Math.floor((n + 1) / 10) / n,
    0.5,
    Math.ceil((9 * (n + 1)) / 10) / n,
  ]);
  return { low, median, high };
}
