import { formatDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";

/** A scale and an input size that a workload can be run at. */
export interface TrialPoint {
  readonly cpus: number;
  /** In the user's unit, as `profile.size`; `null` where sizes are not told. */
  readonly size: number | null;
}

export interface TrialRun extends TrialPoint {
  readonly seconds: number;
}

/** What a trial is designed for. */
export interface TrialQuestion {
  readonly full: TrialPoint;
  /** `profile.size.variable` is declared, so that smaller inputs can be run. */
  readonly sizesVary: boolean;
  /** It uses as many cpus as it gets: threads, MPI ranks. */
  readonly cpusVary: boolean;
  readonly machineCpus: number;
  readonly done: readonly TrialRun[];
  /** Runs wanted at each point. */
  readonly repeat: number;
  /** The user's own choice instead of the usual ones. */
  readonly cpus?: readonly number[] | undefined;
  readonly sizes?: readonly number[] | undefined;
}

export interface TrialDesign {
  /** What is to be run, the shortest first: by size, then the most cpus first. A point that is wanted more than once is there more than once. */
  readonly points: readonly TrialPoint[];
  /** Sentences on what is not varied, and why. */
  readonly reasons: readonly string[];
}

/** All three together cost less than half of a full run; three sizes are the fewest that a curve is fitted to. */
const usualShares: readonly number[] = [1 / 16, 1 / 8, 1 / 4];
/** For inputs of so few whole units that some of those are the same. */
const largerShare = 1 / 2;

/**
 * Points that tell most for their cost: every size with the most cpus, and every number of cpus at the middle size; work
 * and cpus enter run time by their ratio, so that this cross tells of both. Where the user gives both lists, all pairs.
 * Throws `bad-input` for a list that cannot be run here.
 */
export function designTrial(question: TrialQuestion): TrialDesign {
  checkLists(question);
  const sizes = ascending(question.sizes ?? usualSizes(question));
  const cpus = ascending<number>(question.cpus ?? usualCpus(question));
  const most = cpus.at(-1) ?? 1;
  const middle = sizes[Math.floor(sizes.length / 2)] ?? null;
  const everyPair = question.cpus !== undefined && question.sizes !== undefined;
  const wanted = sizes.flatMap((size) =>
    cpus
      .filter((count) => everyPair || count === most || size === middle)
      .toReversed()
      .map((count): TrialPoint => ({ cpus: count, size })),
  );
  const points = wanted.flatMap((point) => {
    const runs = question.done.filter((run) => isSamePoint(run, point)).length;
    return Array.from({ length: Math.max(0, question.repeat - runs) }, () => point);
  });
  return { points, reasons: reasonsOf(question, wanted.length * question.repeat - points.length) };
}

export function isSamePoint(a: TrialPoint, b: TrialPoint): boolean {
  return a.cpus === b.cpus && a.size === b.size;
}

function checkLists({ cpus = [], sizes, sizesVary, machineCpus, full }: TrialQuestion): void {
  const tooMany = cpus.find((count) => count > machineCpus);
  if (tooMany !== undefined)
    throw new AloftError("bad-input", `--cpus: ${tooMany} is more than this machine has`, {
      hint: `at most ${machineCpus}`,
    });
  if (sizes === undefined) return;
  if (!sizesVary || full.size === null)
    throw new AloftError("bad-input", "--sizes: the workload does not tell what sets its size", {
      hint: declareSize,
    });
  const { size } = full;
  const tooLarge = sizes.find((one) => one > size);
  if (tooLarge !== undefined)
    throw new AloftError("bad-input", `--sizes: ${tooLarge} is more than the workload's own size`, {
      hint: `at most profile.size.value, which is ${size}`,
    });
}

const declareSize =
  "declare the variable of `env` that sets it: profile: { size: { value: …, variable: … } }";

function usualSizes({ full: { size }, sizesVary }: TrialQuestion): (number | null)[] {
  if (size === null || !sizesVary) return [size];
  const at = (share: number): number =>
    Number.isInteger(size) ? Math.max(1, Math.round(size * share)) : size * share;
  const sizes = new Set(usualShares.map(at));
  return [...(sizes.size < usualShares.length ? sizes.add(at(largerShare)) : sizes)];
}

function usualCpus({ full, cpusVary, machineCpus }: TrialQuestion): number[] {
  const most = Math.min(full.cpus, machineCpus);
  const counts = [most];
  for (let count = 1; cpusVary && count < most; count *= 2) counts.push(count);
  return counts;
}

function ascending<T extends number | null>(values: readonly T[]): T[] {
  return [...new Set(values)].toSorted((a, b) => (a ?? 0) - (b ?? 0));
}

function reasonsOf(
  { full, sizesVary, cpusVary, machineCpus, cpus }: TrialQuestion,
  known: number,
): string[] {
  const reasons: string[] = [];
  if (!sizesVary)
    reasons.push(
      `nothing tells how to make its input smaller: every run is a full one; ${declareSize}`,
    );
  if (!cpusVary && cpus === undefined)
    reasons.push(
      "cpus are not varied: `parallel` is neither threads nor mpi, or `env` fixes OMP_NUM_THREADS",
    );
  if (full.cpus > machineCpus)
    reasons.push(
      `it asks for ${full.cpus} cpus, and ${machineCpus} are all that can be tried here`,
    );
  if (known > 0)
    reasons.push(`${known === 1 ? "1 run" : `${known} runs`} of the trial had been made before`);
  return reasons;
}

/** What is left of a trial, before each of its runs. Times in seconds. */
export interface NextQuestion {
  readonly left: readonly TrialPoint[];
  readonly done: readonly TrialRun[];
  readonly budget: number;
  /** By what is known so far; `null` is unknown. */
  readonly predicted: (point: TrialPoint) => number | null;
}

export interface NextPoint {
  /** `null` ends the trial. */
  readonly point: TrialPoint | null;
  readonly reason: string;
  /** What comes after it. */
  readonly rest: readonly TrialPoint[];
  readonly skipped: readonly { readonly point: TrialPoint; readonly reason: string }[];
}

/**
 * The first point that fits into what is left of the budget, by its predicted time, else in proportion to size from the largest
 * run so far. One of which nothing is known fits: its time limit has to keep the budget.
 */
export function nextPoint({ left, done, budget, predicted }: NextQuestion): NextPoint {
  const skipped: { point: TrialPoint; reason: string }[] = [];
  for (const [at, point] of left.entries()) {
    const seconds = predicted(point) ?? inProportion(point, done);
    const rest = left.slice(at + 1);
    if (budget > 0 && seconds === null)
      return { point, rest, skipped, reason: "nothing is known of its time: the budget ends it" };
    if (budget > 0 && seconds !== null && seconds <= budget)
      return { point, rest, skipped, reason: `about ${formatDuration(seconds)} are expected` };
    skipped.push({ point, reason: unaffordable(seconds, budget) });
  }
  const reason = skipped.length === 0 ? "all is run" : "nothing that is left fits into the budget";
  return { point: null, rest: [], skipped, reason };
}

function unaffordable(seconds: number | null, budget: number): string {
  if (budget <= 0 || seconds === null) return "the budget is used up";
  return `about ${formatDuration(seconds)} are expected, and ${formatDuration(budget)} of the budget are left`;
}

/** Fewer cpus than that run had are taken to make it as much longer; more of them, no shorter. */
function inProportion({ cpus, size }: TrialPoint, done: readonly TrialRun[]): number | null {
  const largest = done.toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0))[0];
  if (!largest) return null;
  const larger = size === null || largest.size === null ? 1 : size / largest.size;
  return largest.seconds * larger * Math.max(1, largest.cpus / cpus);
}
