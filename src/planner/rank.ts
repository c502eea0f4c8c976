import type { Ranking } from "../model/plan.ts";

/** What ranking knows of candidates: one place in each array for each of them. `NaN` is unknown. */
export interface Scores {
  /** Median seconds to the result, or of what is known of it. */
  readonly seconds: Float64Array;
  /** Median price, or what is known of it. */
  readonly price: Float64Array;
  /** Price of an hour on all its machines: what orders candidates whose time is unknown. */
  readonly hourly: Float64Array;
  /** Whether the run itself has a predicted time. */
  readonly timed: Uint8Array;
}

export interface Wish {
  readonly objective: Ranking;
  /** Seconds. */
  readonly deadline?: number | undefined;
  /** In the plan's currency. */
  readonly budget?: number | undefined;
}

/**
 * The order of candidates for a wish, as indices. Those whose run time is unknown come after all that have one, the cheapest hour first; equal ones
 * keep their order. For `deadline` those in time come first, the cheapest of them leading, then the others by time; for `budget` likewise.
 * For `pareto` the undominated ones by time, then the others.
 */
export function order(candidates: Uint32Array, scores: Scores, wish: Wish): Uint32Array {
  return sorted(candidates, rankOf(candidates, scores, wish));
}

/**
 * The beginning of that order: the first `count` of it and those equal to the last of them, or all. Only these are compared with one
 * another, as sorting tens of thousands with a comparison costs more than all else of a plan.
 */
export function leading(
  candidates: Uint32Array,
  { scores, wish, count }: { readonly scores: Scores; readonly wish: Wish; readonly count: number },
): Uint32Array {
  const rank = rankOf(candidates, scores, wish);
  if (count >= candidates.length) return sorted(candidates, rank);
  const keys = new Float64Array(candidates.length);
  for (const [at, index] of candidates.entries())
    keys[at] = rank.group(index) * apart + rank.first(index);
  const limit = keys.toSorted()[count - 1] ?? 0;
  return sorted(
    candidates.filter((_, at) => (keys[at] ?? 0) <= limit),
    rank,
  );
}

/** More than any time in seconds or price; an unknown one counts as much. */
const apart = 1e15;

interface Rank {
  /** 0: fulfils the wish, 1: has a time, 2: has none. */
  readonly group: (index: number) => number;
  /** What is compared first within a group. */
  readonly first: (index: number) => number;
  /** What is compared where the first is equal. */
  readonly second: (index: number) => number;
}

function rankOf(candidates: Uint32Array, scores: Scores, wish: Wish): Rank {
  const { seconds, price, hourly, timed } = scores;
  const fulfils = fulfilment(candidates, scores, wish);
  const group = (index: number): number => (timed[index] === 1 ? (fulfils(index) ? 0 : 1) : 2);
  const wanted = wish.objective === "cheapest" || wish.objective === "deadline" ? price : seconds;
  // What misses a deadline is told by how much, what is too dear likewise.
  const missed = wish.objective === "budget" || wish.objective === "cheapest" ? price : seconds;
  const firsts = [wanted, missed, hourly] as const;
  const seconds2 = [wanted === price ? seconds : price, missed === price ? seconds : price, hourly];
  const known = (value: number | undefined): number =>
    value === undefined || Number.isNaN(value) ? apart / 2 : value;
  return {
    group,
    first: (index) => known(firsts[group(index)]?.[index]),
    second: (index) => known(seconds2[group(index)]?.[index]),
  };
}

function sorted(candidates: Uint32Array, { group, first, second }: Rank): Uint32Array {
  return candidates.toSorted(
    (a, b) => group(a) - group(b) || first(a) - first(b) || second(a) - second(b) || a - b,
  );
}

/** Whether a candidate is what was wished for. */
function fulfilment(
  candidates: Uint32Array,
  scores: Scores,
  wish: Wish,
): (index: number) => boolean {
  const { deadline, budget, objective } = wish;
  if (objective === "pareto") {
    const front = undominated(candidates, scores);
    return (index) => front.has(index);
  }
  return (index) => within(scores.seconds[index], deadline) && within(scores.price[index], budget);
}

/** An unknown price is no proof that it can be paid. */
function within(value: number | undefined, limit: number | undefined): boolean {
  return limit === undefined || (value !== undefined && value <= limit);
}

function compareBy(first: Float64Array, second: Float64Array): (a: number, b: number) => number {
  return (a, b) => compare(first[a], first[b]) || compare(second[a], second[b]);
}

/** Unknown last. */
function compare(a = Number.NaN, b = Number.NaN): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a - b;
}

/**
 * The Pareto set in time and price, of those that have both: no other is better in one and at least as good in the other. One sweep in the order of
 * time: a candidate is in it when it is cheaper than all faster ones.
 */
export function undominated(candidates: Uint32Array, scores: Scores): Set<number> {
  const { seconds, price, timed } = scores;
  const both = candidates.filter(
    (index) => timed[index] === 1 && !Number.isNaN(seconds[index]) && !Number.isNaN(price[index]),
  );
  const sorted = both.toSorted((a, b) => compareBy(seconds, price)(a, b) || a - b);
  const front = new Set<number>();
  let [least, at] = [Number.POSITIVE_INFINITY, Number.NaN];
  for (const index of sorted) {
    const [time, cost] = [seconds[index] ?? Number.NaN, price[index] ?? Number.NaN];
    // Of two that are equal in both, neither dominates the other.
    if (cost > least || (cost === least && time !== at)) continue;
    front.add(index);
    [least, at] = [cost, time];
  }
  return front;
}
