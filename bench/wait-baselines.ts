import { withoutNearDuplicates } from "../src/planner/wait/near-duplicates.ts";
import type { QueueState, WaitRecord, WaitRequest } from "../src/planner/wait/wait-record.ts";

/** Seconds; `high` is meant to hold nine times in ten, where the method says such a thing. */
export interface BaselineAnswer {
  readonly median: number;
  readonly high: number | null;
}

export type Baseline = (request: WaitRequest, state: QueueState) => BaselineAnswer;

/** What is simple to do with past waits, each learned from the same records as the model. */
export const baselines: Readonly<
  Record<string, (records: readonly WaitRecord[], random: () => number) => Baseline>
> = {
  "median of all past waits": (records) => {
    const answer = boundsOf(records);
    return () => answer;
  },
  "median of the partition": (records) =>
    byGroup(records, ({ partition }) => partition ?? "", boundsOf),
  "size classes, binomial bound": (records) => byGroup(records, sizeClass, boundsOf),
  "25 nearest neighbours": nearestNeighbours,
};

/**
 * Median, and the bound of Brevik, Nurmi and Wolski (Predicting bounds on queuing delay for batch-scheduled parallel machines,
 * PPoPP 2006): the smallest wait that exceeds the 90 % quantile with 95 % confidence, from binomial probabilities.
 * Their trimming of the history at change points is left out. What still waited counts as it was.
 */
function boundsOf(records: readonly WaitRecord[]): BaselineAnswer {
  const sorted = records.map(({ waitSeconds }) => waitSeconds).toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const rank = boundRank(sorted.length, { quantile: 0.9, confidence: 0.95 });
  return { median, high: sorted[rank - 1] ?? null };
}

/**
 * The smallest k such that the k-th of n ordered samples exceeds the quantile with the confidence: P(binomial(n, q) < k) ≥ c.
 * More than n where n is too small. In logarithms, as q ** n may be nothing.
 */
function boundRank(
  n: number,
  { quantile, confidence }: { quantile: number; confidence: number },
): number {
  let log = n * Math.log1p(-quantile);
  let below = 0;
  for (let k = 0; k <= n; k += 1) {
    below += Math.exp(log);
    if (below >= confidence) return k + 1;
    log += Math.log((n - k) / (k + 1)) + Math.log(quantile / (1 - quantile));
  }
  return n + 1;
}

/** Ranges of sizes that a user of a batch system would think of as the same. */
function sizeClass({ cpus, timeLimitSeconds, partition }: WaitRequest): string {
  const time = timeLimitSeconds === null ? "" : Math.floor(Math.log2(timeLimitSeconds / 3600) / 2);
  return JSON.stringify([partition, Math.floor(Math.log2(cpus) / 2), time]);
}

const fewestInGroup = 30;

function byGroup(
  records: readonly WaitRecord[],
  keyOf: (request: WaitRequest) => string,
  answerOf: (records: readonly WaitRecord[]) => BaselineAnswer,
): Baseline {
  const all = answerOf(records);
  const groups = Map.groupBy(records, ({ request }) => keyOf(request));
  const answers = new Map<string, BaselineAnswer>();
  for (const [key, own] of groups) if (own.length >= fewestInGroup) answers.set(key, answerOf(own));
  return (request) => answers.get(keyOf(request)) ?? all;
}

/** Logarithms of what is asked for and of the queue ahead, each scaled to a standard deviation of one. */
function nearestNeighbours(records: readonly WaitRecord[], random: () => number): Baseline {
  const rows = withoutNearDuplicates(records, random).map(({ record }) => record);
  const raw = rows.map(({ request, state }) => coordinates(request, state));
  const scales = Array.from(raw[0] ?? [], (_, axis) => deviation(raw.map((at) => at[axis] ?? 0)));
  const points = raw.map((at) =>
    Float64Array.from(at, (value, axis) => value / (scales[axis] ?? 1)),
  );
  return (request, state) => {
    const own = coordinates(request, state).map((value, axis) => value / (scales[axis] ?? 1));
    const waits = nearest(own, points)
      .map((row) => rows[row]?.waitSeconds ?? Number.NaN)
      .toSorted((a, b) => a - b);
    const at = (p: number): number => waits[Math.floor(p * (waits.length - 1))] ?? Number.NaN;
    return { median: at(0.5), high: at(0.9) };
  };
}

const neighbours = 25;

/** The rows of the nearest points. */
function nearest(own: readonly number[], points: readonly Float64Array[]): number[] {
  const found: { row: number; distance: number }[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let row = 0; row < points.length; row += 1) {
    const between = distance(own, points[row] ?? new Float64Array());
    if (between >= worst) continue;
    const at = found.findIndex((one) => one.distance > between);
    found.splice(at < 0 ? found.length : at, 0, { row, distance: between });
    found.length = Math.min(found.length, neighbours);
    worst = found[neighbours - 1]?.distance ?? Number.POSITIVE_INFINITY;
  }
  return found.map(({ row }) => row);
}

function coordinates(request: WaitRequest, { ahead, aheadInPartition, running }: QueueState) {
  const values = [
    ...[request.cpus, request.memoryBytes, request.nodes, request.timeLimitSeconds],
    ...[ahead.cpus, ahead.cpuSeconds, aheadInPartition.cpus, aheadInPartition.cpuSeconds],
    ...[running.cpus, running.cpuSeconds],
  ];
  return values.map((value) => Math.log1p(Math.max(0, value ?? 0)));
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(square) || 1;
}

function distance(a: readonly number[], b: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis += 1) sum += ((a[axis] ?? 0) - (b[axis] ?? 0)) ** 2;
  return sum;
}
