import type { Prediction } from "../model/run.ts";

/**
 * Run time from past run times in seconds: their median and range. `null` where there is none: an
 * unknown is never filled in.
 */
export function predict(seconds: readonly number[]): Prediction | null {
  if (seconds.length === 0) return null;
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { seconds: median, low: at(0), high: at(sorted.length - 1), samples: sorted.length };
}

/** Fewer runs than this on either side decide nothing. */
const fewestSamples = 3;
/** A gain smaller than this is not worth another level. */
const leastGain = 0.1;

/** Whether every time seen of `a`, of several, was shorter by a tenth than every time seen of `b`. */
export function surelyFaster(a: Prediction | null, b: Prediction | null): boolean {
  if (a === null || b === null || Math.min(a.samples, b.samples) < fewestSamples) return false;
  return a.high < b.low * (1 - leastGain);
}
