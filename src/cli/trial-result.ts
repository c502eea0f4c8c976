import { formatDuration } from "../base/durations.ts";
import type { Estimate, Term } from "../model/estimate.ts";
import type { EngineName, Level } from "../model/level.ts";
import type { Run } from "../model/run.ts";
import type { TrialPoint } from "../model/trial-design.ts";
import { termLines } from "./plan-text.ts";
import { formatDeviation, formatMeasured, formatNumber, plural } from "./quantities.ts";
import { type Style, styledState } from "./style.ts";
import { formatTable } from "./table.ts";

/** A run of a trial, and what was expected of it just before. Times in seconds. */
export interface TriedPoint extends TrialPoint {
  readonly predicted: Estimate | null;
  /** `null`: it did not succeed. */
  readonly seconds: number | null;
  readonly run: Run;
}

/** What `aloft trial` found out, and the document of `--json`. Times in seconds. */
export interface TrialResult {
  readonly workload: string;
  readonly level: Level;
  readonly engine: EngineName;
  readonly budget: number;
  /** From the submission of each run to its end. */
  readonly spent: number;
  readonly runs: readonly TriedPoint[];
  readonly skipped: readonly (TrialPoint & { readonly reason: string })[];
  /** What was not varied, and why. */
  readonly reasons: readonly string[];
  /** The whole workload, with all that is known now. */
  readonly full: TrialPoint & { readonly run: Term };
}

export function trialLines(result: TrialResult, style: Style): string[] {
  const { workload, level, engine, budget, spent, runs, skipped, reasons, full } = result;
  const time = runs.length === 0 ? "" : ` in ${formatDuration(spent)}`;
  return [
    `trial of ${style.bold(workload)} with ${engine} (${level}): ${plural(runs.length, "run")}${time}, budget ${formatDuration(budget)}`,
    ...(runs.length > 0 ? ["", ...table(runs, style)] : []),
    "",
    ...skipped.map((one) => `${style.yellow("not run:")} ${pointText(one)}: ${one.reason}`),
    ...reasons.map((reason) => style.dim(reason)),
    ...(skipped.length + reasons.length > 0 ? [""] : []),
    `full workload, ${pointText(full)}`,
    ...termLines("run", full.run, formatDuration, style),
  ];
}

function table(runs: readonly TriedPoint[], style: Style): string[] {
  const right = { align: "right" } as const;
  const titles = ["CPUS", "SIZE", "PREDICTED", "ACTUAL", "OFF"];
  return formatTable(
    titles.map((title) => ({ title, ...right })),
    runs.map(({ cpus, size, predicted, seconds, run }) => [
      formatNumber(cpus),
      size === null ? "" : formatNumber(size),
      predicted ? formatMeasured(predicted.median) : style.dim("unknown"),
      seconds === null ? styledState(style, run.state) : formatMeasured(seconds),
      predicted && seconds !== null ? formatDeviation(predicted.median, seconds) : "",
    ]),
    { heading: style.bold },
  );
}

export function pointText({ cpus, size }: TrialPoint): string {
  const count = `${formatNumber(cpus)} ${cpus === 1 ? "cpu" : "cpus"}`;
  return size === null ? count : `${count}, size ${formatNumber(size)}`;
}
