import { formatDuration } from "../base/durations.ts";
import type { Comparison, ComparedLevel, Spread } from "./comparison.ts";
import { refusedLines } from "./plan-text.ts";
import {
  formatDeviation,
  formatMeasured,
  formatNumber,
  formatRatio,
  plural,
} from "./quantities.ts";
import { type Style, styledState } from "./style.ts";
import { type Column, formatTable } from "./table.ts";
import { textWidth } from "./text-width.ts";

/** Cells of the bar beside a metric. */
const barCells = 10;

/** The table of a comparison, and what a reader must know to read it rightly. */
export function comparisonLines(
  comparison: Comparison,
  style: Style,
  width: number | undefined,
): string[] {
  const { workload, machine, levels, refused } = comparison;
  const wide = table(levels, style, true);
  const fits = width !== undefined && wide.every((line) => textWidth(line) <= width);
  const { processor, cpus, kernel } = machine;
  return [
    `${style.bold(workload)} on ${processor}, ${plural(cpus, "cpu")}, kernel ${kernel}`,
    "",
    ...(fits ? wide : table(levels, style, false)),
    "",
    ...legend(levels).map((line) => style.dim(line)),
    ...failures(levels, style),
    ...refusedLines([...refused], style),
  ];
}

function table(levels: readonly ComparedLevel[], style: Style, bars: boolean): string[] {
  const metrics = [...new Set(levels.flatMap((one) => Object.keys(one.metrics)))];
  const parts = [
    namePart(levels, style),
    timePart(levels, style),
    startPart(levels, style),
    ...metrics.map((name) => metricPart(levels, name, style, bars)),
  ];
  const rows = levels.map((_, row) => parts.flatMap(({ cells }) => cells[row] ?? []));
  const columns = parts.flatMap((part) => part.columns);
  return formatTable(columns, rows, { heading: style.bold });
}

interface Part {
  readonly columns: readonly Column[];
  /** For each row its cells. */
  readonly cells: readonly (readonly string[])[];
}

const right = { align: "right" } as const;

function namePart(levels: readonly ComparedLevel[], style: Style): Part {
  return {
    columns: [{ title: "LEVEL" }, { title: "ENGINE" }],
    cells: levels.map(({ level, engine, emulated }) => [
      style.bold(level),
      emulated ? `${engine} ${style.yellow("emulated")}` : engine,
    ]),
  };
}

function timePart(levels: readonly ComparedLevel[], style: Style): Part {
  return {
    columns: [
      { title: "PREDICTED", ...right },
      { title: "ACTUAL", ...right },
      { title: "OFF", ...right },
      { title: "", ...right },
    ],
    cells: levels.map(({ predicted, seconds, runs }) => [
      predicted ? formatMeasured(predicted.seconds) : style.dim("unknown"),
      seconds ? formatMeasured(seconds.value) : outcome(runs, style),
      predicted && seconds ? formatDeviation(predicted.seconds, seconds.value) : "",
      seconds ? ratioCell(seconds.ratio, "lower", style) : "",
    ]),
  };
}

function outcome(runs: ComparedLevel["runs"], style: Style): string {
  const [run] = runs;
  return run ? styledState(style, run.state) : style.red("not run");
}

function startPart(levels: readonly ComparedLevel[], style: Style): Part {
  return {
    columns: [
      { title: "START", ...right },
      { title: "", ...right },
    ],
    cells: levels.map(({ start }) => [
      start ? formatDuration(start.value) : style.dim("unknown"),
      start ? style.dim(ratioText(start.ratio)) : "",
    ]),
  };
}

function metricPart(
  levels: readonly ComparedLevel[],
  name: string,
  style: Style,
  bars: boolean,
): Part {
  const unit = levels.find(({ metrics }) => metrics[name])?.metrics[name]?.unit ?? "";
  const most = Math.max(...levels.map(({ metrics }) => metrics[name]?.value ?? 0));
  return {
    columns: [
      { title: `${name}${unit ? ` ${unit}` : ""}`, ...right },
      { title: "", ...right },
      { title: "" },
    ],
    cells: levels.map(({ metrics }) => {
      const metric = metrics[name];
      if (!metric) return ["", "", ""];
      return [
        formatNumber(metric.value),
        ratioCell(metric.ratio, metric.better, style),
        bars ? style.cyan(bar(metric.value / most, barCells)) : "",
      ];
    }),
  };
}

/** Within measuring noise of the first row, or better. */
const asGood = 0.98;
const nearlyAsGood = 0.8;

function ratioCell(
  ratio: number | null,
  better: "higher" | "lower" | undefined,
  style: Style,
): string {
  const text = ratioText(ratio);
  if (ratio === null || better === undefined || ratio === 1) return style.dim(text);
  const quality = better === "higher" ? ratio : 1 / ratio;
  if (quality >= asGood) return style.green(text);
  return quality >= nearlyAsGood ? style.yellow(text) : style.red(text);
}

function ratioText(ratio: number | null): string {
  return ratio === null ? "" : formatRatio(ratio);
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most so many cells for a fraction between 0 and 1. */
export function bar(fraction: number, cells: number): string {
  if (!(fraction > 0)) return "";
  const steps = Math.max(1, Math.round(Math.min(1, fraction) * cells * 8));
  return "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
}

function legend(levels: readonly ComparedLevel[]): string[] {
  const [base] = levels;
  if (!base) return [];
  const counts = levels.flatMap(({ level, start }) =>
    start ? `${start.samples} at ${level}` : [],
  );
  const repeated = levels.flatMap(({ level, seconds }) => rangeText(level, seconds));
  const starts = `START is the time from submission to the end of \`true\` in the same image, median of ${counts.join(", ")}.`;
  return [
    `× is relative to the first row, ${base.level} (${base.engine}). PREDICTED is from past runs of the same workload.`,
    ...(counts.length > 0 ? [starts] : []),
    ...(repeated.length > 0 ? [`ACTUAL is the median; range: ${repeated.join("; ")}.`] : []),
    ...levels.flatMap(({ level, engine, reasons }) =>
      reasons.length > 0 ? [`${level} (${engine}): ${reasons.join("; ")}.`] : [],
    ),
    ...(levels.some(({ emulated }) => emulated)
      ? [
          "Emulated: every instruction is translated. It is not the price of virtualization, which needs /dev/kvm.",
        ]
      : []),
  ];
}

function rangeText(level: string, seconds: Spread | null): string[] {
  if (!seconds || seconds.samples < 2) return [];
  const { low, high, samples } = seconds;
  return [`${level} ${formatMeasured(low)} to ${formatMeasured(high)} (${plural(samples, "run")})`];
}

function failures(levels: readonly ComparedLevel[], style: Style): string[] {
  return levels.flatMap(({ level, engine, runs }) =>
    runs.flatMap(({ id, state, reason }) =>
      state === "succeeded"
        ? []
        : [
            `${style.red("✗")} ${level} (${engine}) ${state}${reason ? `: ${reason}` : ""}`,
            `    ${style.dim("→")} aloft logs ${id}`,
          ],
    ),
  );
}
