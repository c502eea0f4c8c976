/** One prediction beside the truth, in seconds. */
export interface Guess {
  readonly truth: number;
  readonly predicted: number;
  /** The 5 % and 95 % quantiles; `null`: the method has no interval. */
  readonly interval: readonly [number, number] | null;
}

/** How good a method's predictions are. Errors are |predicted / true - 1|. */
export interface Score {
  readonly runs: number;
  readonly mean: number;
  readonly median: number;
  readonly ninetieth: number;
  /** Part of the truths inside their 90 % intervals. */
  readonly coverage: number | null;
  /** Median of high / low. */
  readonly width: number | null;
}

export interface ScoredRow {
  /** What was asked. */
  readonly what: string;
  readonly method: string;
  readonly score: Score;
  /** What the issue asks of the method, as people read it; what has none is a baseline or a variant. */
  readonly targets?: readonly Target[];
}

export interface Target {
  readonly figure: "mean" | "median" | "ninetieth" | "coverage";
  readonly low: number;
  readonly high: number;
}

export function scoreOf(guesses: readonly Guess[]): Score {
  const errors = guesses.map(({ truth, predicted }) => Math.abs(predicted / truth - 1));
  const intervals = guesses.flatMap(({ truth, interval }) =>
    interval === null ? [] : [{ truth, low: interval[0], high: interval[1] }],
  );
  const some = intervals.length > 0;
  return {
    runs: guesses.length,
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    median: quantile(errors, 0.5),
    ninetieth: quantile(errors, 0.9),
    coverage: some
      ? intervals.filter(({ truth, low, high }) => low <= truth && truth <= high).length /
        intervals.length
      : null,
    width: some
      ? quantile(
          intervals.map(({ low, high }) => high / low),
          0.5,
        )
      : null,
  };
}

/** Linear between the order statistics. */
function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

export function reached(score: Score, { figure, low, high }: Target): boolean {
  const value = score[figure];
  return value !== null && value >= low && value <= high;
}
