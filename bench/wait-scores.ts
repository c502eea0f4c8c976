/** What was predicted of one wait, and the wait. Seconds. */
export interface Guess {
  readonly low: number | null;
  readonly median: number;
  readonly high: number | null;
  readonly waitSeconds: number;
}

/** Shares of the jobs, from 0 to 1. */
export interface WaitScore {
  readonly jobs: number;
  /** Predictions from 0.4 to 2.5 times the true wait, and within factors of two and three. */
  readonly within04to25: number;
  readonly within2: number;
  readonly within3: number;
  /** Quartiles of prediction / true wait: half of the predictions lie between the first and the last. */
  readonly quartiles: readonly [number, number, number];
  /** Waits not below the 10 % quantile, and not above the 90 % quantile: both should be 0.9. */
  readonly aboveLow: number | null;
  readonly belowHigh: number | null;
  /** Mean of the squared error of the decimal logarithm, as the neural network's authors give it. */
  readonly squaredLog10: number;
}

export function scoreOf(guesses: readonly Guess[]): WaitScore {
  const ratios = guesses.map(({ median, waitSeconds }) => median / waitSeconds);
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (p: number): number => sorted[Math.floor(p * (sorted.length - 1))] ?? Number.NaN;
  return {
    jobs: guesses.length,
    within04to25: share(ratios, (ratio) => ratio >= 0.4 && ratio <= 2.5),
    within2: share(ratios, (ratio) => ratio >= 1 / 2 && ratio <= 2),
    within3: share(ratios, (ratio) => ratio >= 1 / 3 && ratio <= 3),
    quartiles: [at(0.25), at(0.5), at(0.75)],
    aboveLow: held(guesses, ({ low, waitSeconds }) => low === null || waitSeconds >= low, "low"),
    belowHigh: held(
      guesses,
      ({ high, waitSeconds }) => high === null || waitSeconds <= high,
      "high",
    ),
    squaredLog10:
      ratios.reduce((sum, ratio) => sum + Math.log10(Math.max(ratio, 1e-9)) ** 2, 0) /
      ratios.length,
  };
}

function share<T>(of: readonly T[], is: (one: T) => boolean): number {
  return of.filter(is).length / of.length;
}

/** `null` where the method gives no such bound. */
function held(
  guesses: readonly Guess[],
  holds: (guess: Guess) => boolean,
  bound: "low" | "high",
): number | null {
  return guesses.every((guess) => guess[bound] === null) ? null : share(guesses, holds);
}
