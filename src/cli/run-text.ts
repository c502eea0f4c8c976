import { formatBytes } from "../base/bytes.ts";
import { isScriptCommand } from "../model/sbatch-script.ts";
import type { MetricValue, Run } from "../model/run.ts";
import {
  formatDeviation,
  formatMeasured,
  formatNumber,
  formatPercent,
  formatPrediction,
  formatTime,
  plural,
} from "./quantities.ts";
import { hasEnded } from "./run-states.ts";
import { type Style, styledState } from "./style.ts";
import { formatPairs, formatTable } from "./table.ts";
import { cutText } from "./text-width.ts";

/** One line on how a run ended: state, where, time, prediction beside fact. */
export function summaryLine(run: Run, style: Style): string {
  const { id, name, state, level, engine, reason } = run;
  const parts = [
    `${styledState(style, state)}${reason ? `: ${reason}` : ""}`,
    `${level} (${engine})`,
    timeBesidePrediction(run),
    run.tasks ? describeTasks(run) : "",
  ];
  return `${style.dim(`${name} ${id}`)}  ${parts.filter(Boolean).join(style.dim(" · "))}`;
}

function timeBesidePrediction({ timings, predicted }: Run): string {
  if (timings.running === null) return "";
  const actual = formatMeasured(timings.running);
  if (!predicted) return actual;
  const off = formatDeviation(predicted.seconds, timings.running);
  return `${actual}, predicted ${formatMeasured(predicted.seconds)}${off && ` (${off})`}`;
}

/** Everything that a person wants to know of a run. */
export function runLines(run: Run, style: Style): string[] {
  const { workload, usage, outputs, metrics } = run;
  const { command } = workload;
  const sections: string[][] = [
    formatPairs(
      [
        ["run", `${run.id} ${style.dim(run.name)}`],
        ["state", stateText(run, style)],
        ["tasks", run.tasks && describeTasks(run)],
        [
          "task",
          run.task &&
            `${run.task.index} of ${run.task.count}${run.task.value === undefined ? "" : `, value ${run.task.value}`}`,
        ],
        ["level", `${run.level} (${run.engine})`],
        ["why", run.choice],
        ["image", run.image && imageText(run.image)],
        ["command", commandText(command)],
        ["created", formatTime(run.createdAt)],
        ["started", run.startedAt === null ? null : formatTime(run.startedAt)],
        ["ended", run.endedAt === null ? null : formatTime(run.endedAt)],
        ["folder", run.folder],
      ],
      style.dim,
    ),
    titled("time", timeLines(run, style), style),
    titled(
      "usage",
      formatPairs(
        [
          ["cpu time", usage.cpuSeconds === null ? "unknown" : cpuText(run, usage.cpuSeconds)],
          [
            "memory",
            usage.maxMemoryBytes === null
              ? "unknown"
              : `${formatBytes(usage.maxMemoryBytes)} at most`,
          ],
        ],
        style.dim,
      ),
      style,
    ),
    titled(
      "metrics",
      formatPairs(
        Object.entries(metrics).map(([name, one]) => [name, metricText(one)]),
        style.dim,
      ),
      style,
    ),
    titled(
      "outputs",
      outputs.map(
        ({ path, bytes }) => `${run.folder}/work/${path}  ${style.dim(formatBytes(bytes))}`,
      ),
      style,
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
}

function stateText(run: Run, style: Style): string {
  const { state, reason, exitCode, signal, cancelRequested } = run;
  const how = signal ?? (exitCode === null ? "" : `exit code ${exitCode}`);
  const told = reason?.includes(how) ? reason : [reason, how].filter(Boolean).join(", ");
  const asked = cancelRequested && !hasEnded(state) ? "asked to end" : "";
  return [styledState(style, state), told, asked].filter(Boolean).join(", ");
}

/** On one line; `--json` has all of it. */
function commandText(command: Run["workload"]["command"]): string {
  if (isScriptCommand(command)) return "sbatch script";
  const line = Array.isArray(command) ? command.join(" ") : command;
  return cutText(line.trim().replaceAll(/\s+/g, " "), 100);
}

function imageText({ name, digest }: { name: string; digest: string | null }): string {
  return digest && !name.includes(digest) ? `${name} (${digest.slice(0, 19)})` : name;
}

function cpuText({ timings }: Run, cpuSeconds: number): string {
  const { running } = timings;
  const share =
    running && running >= 0.1 ? ` (${formatPercent(cpuSeconds / running)} of one cpu)` : "";
  return `${formatMeasured(cpuSeconds)}${share}`;
}

/** Term by term, with the prediction beside the term that is predicted. */
function timeLines({ timings, predicted }: Run, style: Style): string[] {
  const terms = ["queued", "staging", "starting", "running"] as const;
  if (terms.every((term) => timings[term] === null)) return [];
  const rows = terms.flatMap((term) => {
    const actual = timings[term];
    if (term !== "running") return actual === null ? [] : [[term, formatMeasured(actual), "", ""]];
    const off = predicted && actual !== null ? formatDeviation(predicted.seconds, actual) : "";
    return [
      [term, actual === null ? "" : formatMeasured(actual), formatPrediction(predicted), off],
    ];
  });
  return formatTable(
    [
      { title: "" },
      { title: "actual", align: "right" },
      { title: "predicted" },
      { title: "off", align: "right" },
    ],
    rows,
    { heading: style.dim },
  );
}

export function metricText({ value, unit }: MetricValue): string {
  return value === null ? "not found in its output" : `${formatNumber(value)} ${unit}`.trimEnd();
}

function titled(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.bold(title), ...lines.map((line) => `  ${line}`)];
}

/** The tasks of an array: their value, how they ended, their metrics. */
export function taskTable(
  tasks: readonly Run[],
  style: Style,
  width: number | undefined,
): string[] {
  const names = [...new Set(tasks.flatMap(({ metrics }) => Object.keys(metrics)))];
  return formatTable(
    [
      { title: "TASK", align: "right" },
      { title: "VALUE", flexible: true },
      { title: "STATE" },
      { title: "TIME", align: "right" },
      ...names.map((title) => ({ title, align: "right" as const })),
      { title: "REMARK", flexible: true },
    ],
    tasks.map(({ task, state, timings, metrics, reason }) => [
      String(task?.index ?? ""),
      task?.value ?? "",
      styledState(style, state),
      timings.running === null ? "" : formatMeasured(timings.running),
      ...names.map((name) => (metrics[name] ? metricText(metrics[name]) : "")),
      reason ?? "",
    ]),
    { width, heading: style.dim },
  );
}

/** `12 of 40 tasks ended, 1 failed`, and how many tenths of the tasks that is. */
export function tasksEnded({ tasks }: Run): { text: string; tenth: number } {
  const counts = Object.entries(tasks ?? {}) as [Run["state"], number][];
  const sum = (some: typeof counts): number => some.reduce((total, [, count]) => total + count, 0);
  const ended = counts.filter(([state, count]) => count > 0 && hasEnded(state));
  const bad = ended.filter(([state]) => state !== "succeeded");
  const all = sum(counts);
  const done = `${sum(ended)} of ${plural(all, "task")} ended`;
  return {
    text: [done, ...bad.map(([state, count]) => `${count} ${state}`)].join(", "),
    tenth: Math.floor((10 * sum(ended)) / Math.max(1, all)),
  };
}

/** `8 tasks: 2 running, 5 succeeded, 1 failed`. */
export function describeTasks({ tasks }: Run): string {
  const counts = Object.entries(tasks ?? {});
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const rest = counts.flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  return `${plural(total, "task")}: ${rest.join(", ")}`;
}
