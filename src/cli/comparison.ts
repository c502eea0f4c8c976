import type { EngineName, Level } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Candidate } from "../model/plan.ts";
import type { Prediction, Run } from "../model/run.ts";

/** What was measured at one level. */
export interface LevelRuns {
  readonly level: Level;
  readonly engine: EngineName;
  /** Every instruction is translated: it tells nothing of what virtualization costs on hardware. */
  readonly emulated: boolean;
  /** Why the plan chose this engine, or what it is. */
  readonly reasons: readonly string[];
  /** Seconds from submission to the end of `true`, one for each time; empty where it did not succeed. */
  readonly starts: readonly number[];
  readonly runs: readonly Run[];
}

export interface Spread {
  /** The median. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

export interface ComparedMetric extends Spread {
  readonly unit: string;
  readonly better?: "higher" | "lower";
  /** To the first row; `null` where that has no such number. */
  readonly ratio: number | null;
}

export interface ComparedLevel {
  readonly level: Level;
  readonly engine: EngineName;
  readonly emulated: boolean;
  readonly reasons: readonly string[];
  readonly succeeded: boolean;
  /** What was predicted before the last run. */
  readonly predicted: Prediction | null;
  /** Running time in seconds of the runs that succeeded. */
  readonly seconds: (Spread & { readonly ratio: number | null }) | null;
  readonly start: (Spread & { readonly ratio: number | null }) | null;
  readonly metrics: Readonly<Record<string, ComparedMetric>>;
  readonly runs: readonly Run[];
}

/** The document of `aloft compare --json`. */
export interface Comparison {
  readonly workload: string;
  readonly machine: Machine;
  /** The first is what the others are compared with. */
  readonly levels: readonly ComparedLevel[];
  /** Levels of which no engine can run it here, with the reasons. */
  readonly refused: readonly Candidate[];
}

/** Medians, ranges and ratios to the first level. */
export function compareLevels(measured: readonly LevelRuns[]): ComparedLevel[] {
  const [base] = measured;
  const baseSeconds = base && spread(runningTimes(base));
  const baseStart = base && spread(base.starts);
  return measured.map((one) => {
    const { level, engine, emulated, reasons, runs } = one;
    const seconds = spread(runningTimes(one));
    const start = spread(one.starts);
    return {
      level,
      engine,
      emulated,
      reasons,
      succeeded: runs.length > 0 && runs.every(({ state }) => state === "succeeded"),
      predicted: runs.at(-1)?.predicted ?? null,
      seconds: seconds && { ...seconds, ratio: ratio(seconds, baseSeconds) },
      start: start && { ...start, ratio: ratio(start, baseStart) },
      metrics: metricsOf(one, base),
      runs,
    };
  });
}

function succeeded({ runs }: LevelRuns): Run[] {
  return runs.filter(({ state }) => state === "succeeded");
}

function runningTimes(measured: LevelRuns): number[] {
  return succeeded(measured).flatMap(({ timings }) => timings.running ?? []);
}

function metricsOf(one: LevelRuns, base: LevelRuns | undefined): Record<string, ComparedMetric> {
  const first = succeeded(one)[0];
  const entries = Object.entries(first?.metrics ?? {}).flatMap(([name, { unit, better }]) => {
    const found = spread(metricValues(one, name));
    if (!found) return [];
    const against = base && spread(metricValues(base, name));
    const metric = { ...found, unit, ...(better ? { better } : {}), ratio: ratio(found, against) };
    return [[name, metric] as const];
  });
  return Object.fromEntries(entries);
}

function metricValues(measured: LevelRuns, name: string): number[] {
  return succeeded(measured).flatMap(({ metrics }) => metrics[name]?.value ?? []);
}

/** Median and range; `null` of nothing. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low] = sorted;
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return null;
  const upper = sorted[Math.floor(sorted.length / 2)] ?? low;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? low;
  return { value: (lower + upper) / 2, low, high, samples: sorted.length };
}

function ratio({ value }: Spread, base: Spread | null | undefined): number | null {
  return base && base.value !== 0 ? value / base.value : null;
}
