/**
 * Pairs of time and cost of which none is better than another by both: times rise, costs fall. `refs` tell what each pair is
 * made of.
 */
export interface Staircase {
  readonly times: number[];
  readonly costs: number[];
  readonly refs: number[];
}

/** Pairs beyond any of these cannot be part of what is looked for. */
export interface Bounds {
  readonly time: number;
  readonly cost: number;
  /** On cost plus `weight` times time; a weight of 0 for none. */
  readonly weight: number;
  readonly weighted: number;
}

export const boundless: Bounds = {
  time: Number.POSITIVE_INFINITY,
  cost: Number.POSITIVE_INFINITY,
  weight: 0,
  weighted: Number.POSITIVE_INFINITY,
};

export function emptyStaircase(): Staircase {
  return { times: [], costs: [], refs: [] };
}

export interface Shift {
  readonly time: number;
  readonly cost: number;
}

/** Both together without what is dominated; `from` is shifted, and cut by the bounds. Of equal pairs `into`'s stays. */
export function merged(
  into: Staircase,
  from: Staircase,
  { time, cost, bounds }: Shift & { readonly bounds: Bounds },
): Staircase {
  const keeps = (j: number): boolean => {
    const [t, c] = [(from.times[j] as number) + time, (from.costs[j] as number) + cost];
    return t <= bounds.time && c <= bounds.cost && c + bounds.weight * t <= bounds.weighted;
  };
  const count = from.times.length;
  let j = 0;
  while (j < count && !keeps(j)) j += 1;
  if (j === count) return into;
  const result = emptyStaircase();
  let i = 0;
  for (; j < count; j += 1) {
    if (!keeps(j)) continue;
    const t = (from.times[j] as number) + time;
    for (; i < into.times.length && (into.times[i] as number) <= t; i += 1)
      climb(result, pairAt(into, i));
    climb(result, {
      time: t,
      cost: (from.costs[j] as number) + cost,
      ref: from.refs[j] as number,
    });
  }
  for (; i < into.times.length; i += 1) climb(result, pairAt(into, i));
  return result;
}

export interface Pair {
  readonly time: number;
  readonly cost: number;
  readonly ref: number;
}

/** Adds a pair that is no earlier than the last, if it is cheaper. Of one time only the cheapest stays. */
export function climb({ times, costs, refs }: Staircase, { time, cost, ref }: Pair): void {
  const last = times.length - 1;
  if (last >= 0 && cost >= (costs[last] as number)) return;
  const index = times[last] === time ? last : last + 1;
  times[index] = time;
  costs[index] = cost;
  refs[index] = ref;
}

function pairAt({ times, costs, refs }: Staircase, index: number): Pair {
  return {
    time: times[index] as number,
    cost: costs[index] as number,
    ref: refs[index] as number,
  };
}

/**
 * What two independent parts make together: the later time and the sum of the costs. At every time each part is as cheap as it
 * can be by then, so that there are no more pairs than both have together.
 */
export function together(
  a: Staircase,
  b: Staircase,
  join: (refs: readonly [number, number]) => number,
): Staircase {
  const result = emptyStaircase();
  let [i, j] = [-1, -1];
  while (i + 1 < a.times.length || j + 1 < b.times.length) {
    const [nextA, nextB] = [
      a.times[i + 1] ?? Number.POSITIVE_INFINITY,
      b.times[j + 1] ?? Number.POSITIVE_INFINITY,
    ];
    if (nextA <= nextB) i += 1;
    if (nextB <= nextA) j += 1;
    if (i < 0 || j < 0) continue;
    result.times.push(Math.max(a.times[i] as number, b.times[j] as number));
    result.costs.push((a.costs[i] as number) + (b.costs[j] as number));
    result.refs.push(join([a.refs[i] as number, b.refs[j] as number]));
  }
  return result;
}
