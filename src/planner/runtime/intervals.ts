import type { Estimate } from "../../model/estimate.ts";
import { normalQuantile, studentQuantile } from "./quantiles.ts";
import { mean } from "./scaling-point.ts";

/** An error of a prediction for a run that the model had not seen, and how far outside of what it had seen the run lay. */
export interface Residual {
  /** log(true / predicted). */
  readonly log: number;
  /** See `distanceOutside`. */
  readonly distance: number;
}

/** What part of the truth an interval is to hold; `Estimate` has 0.8: from the 10 % to the 90 % quantile. */
export const estimateLevel = 0.8;

/**
 * How errors are spread, on a log scale: half of the interval at a level is `spread.at(level) × (1 + growth × distance)`.
 */
export interface Spread {
  readonly residuals: readonly number[];
  readonly growth: number;
}

/** Errors at least double per e-fold of extrapolation, however well the nearest runs fit: nothing inside the range tells what lies outside. */
const growths = [1, 2, 4, 8];

/**
 * The growth with distance under which the residuals are the likeliest (Laplace errors whose scale is `1 + growth × distance`), and
 * the residuals divided by it: normalised conformal prediction (Papadopoulos et al., 2008; Lei et al., JASA 113, 2018).
 */
export function spreadOf(residuals: readonly Residual[]): Spread {
  const normalised = (growth: number): number[] =>
    residuals.map(({ log, distance }) => Math.abs(log) / (1 + growth * distance));
  const loss = (growth: number): number =>
    Math.log(mean(normalised(growth)) || Number.MIN_VALUE) +
    mean(residuals.map(({ distance }) => Math.log(1 + growth * distance)));
  const growth = growths.reduce((best, one) => (loss(one) < loss(best) ? one : best));
  return { growth, residuals: normalised(growth).toSorted((a, b) => a - b) };
}

/** Ranks are whole numbers, 20 × 0.9 = 18.000000000000004 is not. */
export const rounding = 1e-9;

/**
 * Half of the interval, on a log scale and at no distance, that holds a new run with probability `level`: the ⌈(n + 1) · level⌉-th
 * smallest of n residuals of runs left out (conformal prediction; Vovk et al. 2005). Leaving out in turn and fitting once to everything is the
 * CV method of Barber et al. (Annals of Statistics 49(1), 2021), whose promise holds for stable models only. Where
 * there are too few residuals for that rank: Student's t with their root mean square, and no less than the largest.
 */
export function halfWidth({ residuals }: Spread, level: number): number {
  const n = residuals.length;
  const rank = Math.ceil((n + 1) * level - rounding);
  if (rank <= n) return residuals[rank - 1] ?? Number.POSITIVE_INFINITY;
  if (n === 0) return Number.POSITIVE_INFINITY;
  const deviation = Math.sqrt(mean(residuals.map((one) => one * one)));
  const student = studentQuantile((1 + level) / 2, Math.max(1, n - 1)) * Math.sqrt(1 + 1 / n);
  return Math.max(residuals.at(-1) ?? 0, student * deviation);
}

/** Half of the interval of a normal error of standard deviation 1. */
export function normalHalfWidth(level: number): number {
  return normalQuantile((1 + level) / 2);
}

/** How far outside of `low` to `high` a value is, in e-folds; 0 inside. All are positive. */
export function distanceOutside(value: number, low: number, high: number): number {
  if (value < low) return Math.log(low / value);
  return value > high ? Math.log(value / high) : 0;
}

/** From the middle and the half width, both on the log scale. */
export function fromLog(middle: number, half: number): Estimate {
  return {
    median: Math.exp(middle),
    low: Math.exp(middle - half),
    high: Math.exp(middle + half),
  };
}
