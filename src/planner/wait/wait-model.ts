import { seededRandom } from "../../base/random.ts";
import type { Estimate } from "../../model/estimate.ts";
import { type Forest, type ForestShape, growForest, rowWeights } from "./forest.ts";
import { quantilesOf, type WeightedWaits } from "./kaplan-meier.ts";
import { dayOf, type WeightedRecord, withoutNearDuplicates } from "./near-duplicates.ts";
import { type PartitionMean, partitionMeans } from "./partition-waits.ts";
import { waitFeatures } from "./wait-features.ts";
import type { QueueState, WaitRecord, WaitRequest } from "./wait-record.ts";

/** Quantiles of the wait in seconds of a request that meets a queue. */
export type WaitModel = (request: WaitRequest, state: QueueState) => Estimate;

/** Leaves of 3 to 20 rows did equally well on the Graham waits (docs/planning-wait.md). */
const shape: ForestShape = { trees: 100, leastRows: 5 };
/** Below these there are not enough days that a tree has not seen, or not enough to split. */
const fewestDays = 3;
const fewestToSplit = 100;
/** More would take minutes to learn from; of a longer history the newest days count. */
const mostRows = 20_000;
/** The one tenth on either side that an `Estimate` leaves out. */
const tail = 0.1;

/** What the model learns from, in ascending order of the wait, as Kaplan and Meier's estimator wants it. */
interface Learned {
  readonly rows: readonly WeightedRecord[];
  readonly waits: WeightedWaits;
  readonly mean: PartitionMean;
  readonly forest: Forest;
  /** Room for the weights of one prediction at a time. */
  readonly room: Float64Array;
}

/** How far, on the scale of `scaled`, each end of the interval is moved. */
interface Shifts {
  readonly low: number;
  readonly high: number;
}

/**
 * A quantile regression forest on the logarithm of the wait, with days as blocks, whose 10 % and 90 % quantiles are moved so
 * that they have held on days that the trees had not seen: conformalised quantile regression (Romano, Patterson, Candès,
 * NeurIPS 2019), with out-of-bag predictions in place of a part held back (Kim, Xu, Barber, NeurIPS 2020). `undefined` where
 * there is too little to learn from. The same records in the same order and the same seed give the same model.
 */
export function fitWaitModel(records: readonly WaitRecord[], seed = 1): WaitModel | undefined {
  const random = seededRandom(seed);
  const rows = withoutNearDuplicates(records, random)
    .toSorted(({ record: a }, { record: b }) => newestFirst(a.observedAt, b.observedAt))
    .slice(0, mostRows);
  const days = new Set(rows.map(({ record }) => dayOf(record.observedAt)));
  const ended = rows.filter(({ record }) => record.started).length;
  if (ended < fewestToSplit || days.size < fewestDays) return undefined;
  const learned = learn(rows, random);
  const shifts = calibrate(learned);
  return (request, state) => {
    const features = featuresOf(request, state, learned.mean(request.partition));
    const { low, median, high } = threeQuantiles(learned, features);
    return {
      median: seconds(median),
      low: seconds(Math.min(low - shifts.low, median)),
      high: seconds(Math.max(high + shifts.high, median)),
    };
  };
}

function newestFirst(a: string, b: string): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}

function learn(unsorted: readonly WeightedRecord[], random: () => number): Learned {
  const rows = unsorted.toSorted(
    ({ record: a }, { record: b }) =>
      a.waitSeconds - b.waitSeconds || Number(b.started) - Number(a.started),
  );
  const values = Float64Array.from(rows, ({ record }) => scaled(record.waitSeconds));
  const mean = partitionMeans(
    rows.map(({ record: { request, observedAt }, weight }, row) => ({
      partition: request.partition,
      day: dayOf(observedAt),
      value: values[row] ?? 0,
      weight,
    })),
  );
  const features = rows.map((row) => ownFeatures(row, mean));
  const columns = Array.from(features[0] ?? [], (_, column) =>
    Float64Array.from(features, (one) => one[column] ?? Number.NaN),
  );
  const blocks = blocksOf(rows);
  const weights = Float64Array.from(rows, ({ weight }) => weight);
  const forest = growForest({ columns, targets: values, weights, blocks }, shape, random);
  const ended = Uint8Array.from(rows, ({ record }) => Number(record.started));
  return { rows, waits: { values, ended }, mean, forest, room: new Float64Array(rows.length) };
}

function calibrate(learned: Learned): Shifts {
  const { rows, waits, mean } = learned;
  const blocks = blocksOf(rows);
  const scores = rows.map((row, at) => {
    const value = waits.values[at] ?? 0;
    const features = ownFeatures(row, mean);
    const { low, high } = threeQuantiles(learned, features, blocks[at]);
    return { low: low - value, high: value - high, row };
  });
  // Of one that still waits, `high` is known to be more than it is, as its wait is. `low` can only be less: nothing is lost.
  return {
    low: heldQuantile(scores.map(({ low, row }) => ({ score: low, row, ended: true }))),
    high: heldQuantile(
      scores.map(({ high, row }) => ({ score: high, row, ended: row.record.started })),
    ),
  };
}

interface Score {
  readonly score: number;
  readonly row: WeightedRecord;
  readonly ended: boolean;
}

/** The score that nine tenths do not exceed. */
function heldQuantile(scores: readonly Score[]): number {
  const sorted = scores.toSorted((a, b) => a.score - b.score || Number(b.ended) - Number(a.ended));
  const waits = {
    values: Float64Array.from(sorted, ({ score }) => score),
    ended: Uint8Array.from(sorted, ({ ended }) => Number(ended)),
  };
  const weights = Float64Array.from(sorted, ({ row }) => row.weight);
  return quantilesOf(waits, weights, [1 - tail])[0] ?? 0;
}

function threeQuantiles(
  { forest, waits, room }: Learned,
  features: readonly number[],
  without?: number,
): Estimate {
  const weights = rowWeights(forest, features, { into: room, without });
  const [low = 0, median = 0, high = 0] = quantilesOf(waits, weights, [tail, 0.5, 1 - tail]);
  return { low, median, high };
}

function ownFeatures({ record }: WeightedRecord, mean: PartitionMean): number[] {
  const { request, state, observedAt } = record;
  return featuresOf(request, state, mean(request.partition, dayOf(observedAt)));
}

function featuresOf(request: WaitRequest, state: QueueState, partitionWait: number): number[] {
  const features = Object.values(waitFeatures(request, state));
  return [...features.map((value) => value ?? Number.NaN), partitionWait];
}

/** Days as numbers. */
function blocksOf(rows: readonly WeightedRecord[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(rows, ({ record }) => {
    const day = dayOf(record.observedAt);
    const number = numbers.get(day) ?? numbers.size;
    numbers.set(day, number);
    return number;
  });
}

/** Waits are wrong by factors, and may be zero. */
function scaled(waitSeconds: number): number {
  return Math.log1p(waitSeconds);
}

function seconds(value: number): number {
  return Math.max(0, Math.expm1(value));
}
