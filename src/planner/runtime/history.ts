import type { Estimate } from "../../model/estimate.ts";
import { fromLog, rounding } from "./intervals.ts";
import { studentQuantile } from "./quantiles.ts";
import { mean } from "./scaling-point.ts";

/** Past runs of one workload at one place, and the interval of the next. */
export interface HistoryEstimate {
  readonly estimate: Estimate;
  readonly runs: number;
  /** `order statistics`, `Student's t` or, for one run, `assumed`. */
  readonly method: "order statistics" | "Student's t" | "assumed";
}

/** One run says nothing of how much the next differs: this much is assumed, as the standard deviation of its logarithm. */
const assumedDeviation = 0.15;
/** Runs that happen to agree to the clock's tick do not promise that the next will. */
const leastDeviation = 0.01;

/**
 * The median of past run times in seconds, and the interval that holds the next run with probability `level`; `null` for no runs.
 *
 * With n runs that are exchangeable with the next, it lies between the i-th and the j-th smallest with probability (j - i) / (n + 1)
 * (Wilks, Annals of Mathematical Statistics 12, 1941): the outermost ranks that reach the level, where n is large enough (9 for 80 %). For fewer:
 * Student's t for a new observation on the log scale, mean ± t·s·√(1 + 1/n), which is exact for log-normal times (Hahn and Meeker, Statistical Intervals,
 * 1991).
 */
export function summariseHistory(
  seconds: readonly number[],
  level: number,
): HistoryEstimate | null {
  const sorted = seconds.toSorted((a, b) => a - b);
  const runs = sorted.length;
  const [only] = sorted;
  if (only === undefined) return null;
  if (runs === 1)
    return {
      estimate: fromLog(Math.log(only), studentQuantile((1 + level) / 2, 3) * assumedDeviation),
      runs,
      method: "assumed",
    };
  const rank = Math.floor(((runs + 1) * (1 - level)) / 2 + rounding);
  if (rank >= 1) {
    const [low = only, high = only] = [sorted[rank - 1], sorted[runs - rank]];
    return { estimate: { median: median(sorted), low, high }, runs, method: "order statistics" };
  }
  return { estimate: studentInterval(sorted, level), runs, method: "Student's t" };
}

function studentInterval(sorted: readonly number[], level: number): Estimate {
  const logs = sorted.map(Math.log);
  const n = logs.length;
  const centre = mean(logs);
  const variance = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (n - 1);
  const deviation = Math.max(leastDeviation, Math.sqrt(variance));
  const half = studentQuantile((1 + level) / 2, n - 1) * deviation * Math.sqrt(1 + 1 / n);
  return { ...fromLog(centre, half), median: median(sorted) };
}

function median(sorted: readonly number[]): number {
  const at = (sorted.length - 1) / 2;
  const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return (below + above) / 2;
}
