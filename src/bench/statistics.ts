/** A figure with the interval that holds the true one with 95 % confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/**
 * Median with its distribution-free interval: the order statistics whose ranks a binomial(n, 1/2) variable lies
 * between with at least 95 % (Conover, Practical Nonparametric Statistics, 3.2). Below six samples the range is all there is,
 * and covers less. Throws for no samples.
 */
export function medianInterval(samples: readonly number[]): Estimate {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) throw new RangeError("no samples");
  const rank = lowerRank(n);
  return {
    median: quantile(sorted, 0.5),
    low: sorted[rank] ?? Number.NaN,
    high: sorted[n - 1 - rank] ?? Number.NaN,
    samples: n,
  };
}

/** The largest k with P(binomial(n, 1/2) < k) ≤ 2.5 %, as an index from 0; 0 where there is none. */
function lowerRank(n: number): number {
  let probability = 0.5 ** n;
  let below = 0;
  for (let k = 0; k < n; k += 1) {
    below += probability;
    if (below > 0.025) return Math.max(0, k - 1);
    probability *= (n - k) / (k + 1);
  }
  return 0;
}

/** Linear between the order statistics (type 7 of Hyndman and Fan 1996). `sorted` must not be empty. */
function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * Ratio of two medians of interleaved samples, with the percentile bootstrap's 95 % interval over rounds: `a[i]` and `b[i]`
 * were measured in the same round and are drawn together, so that a drift of the machine cancels out.
 */
export function ratioOfMedians(
  a: readonly number[],
  b: readonly number[],
  random: () => number,
  resamples = 2000,
): Estimate {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`samples must come in pairs: ${a.length} and ${b.length}`);
  const n = a.length;
  const ratios = Array.from({ length: resamples }, () => {
    const rounds = Array.from({ length: n }, () => Math.floor(random() * n));
    return median(rounds.map((i) => a[i] ?? 0)) / median(rounds.map((i) => b[i] ?? 0));
  }).toSorted((x, y) => x - y);
  return {
    median: median(a) / median(b),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975),
    samples: n,
  };
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((x, y) => x - y),
    0.5,
  );
}
