import { medianInterval } from "../src/bench/statistics.ts";
import type { Unmeasured } from "./contender.ts";
import type { MachineFacts, MachineState } from "./machine.ts";
import type { Comparison } from "./targets.ts";

/** All that is kept of one benchmark: enough to repeat it and to compute every figure of it again. */
export interface Result {
  readonly benchmark: "start";
  readonly format: 1;
  readonly startedAt: string;
  readonly seconds: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly machine: MachineFacts;
  readonly before: MachineState;
  readonly after: MachineState;
  /** Remarks of whoever measured. */
  readonly notes: readonly string[];
  readonly contenders: readonly { readonly name: string; readonly how: string }[];
  /** Milliseconds, one for each round. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly unmeasured: readonly Unmeasured[];
  readonly comparisons: readonly Comparison[];
}

/** The result as people read it. */
export function renderResult(result: Result): string {
  const series = Object.entries(result.samples).map(([name, samples]) => {
    const { median, low, high } = medianInterval(samples);
    return [name, ms(median), `${ms(low)} – ${ms(high)}`, String(samples.length)];
  });
  const comparisons = result.comparisons.map(({ text, kind, estimate, limit, verdict }) => [
    text,
    figure(estimate.median, kind),
    `${figure(estimate.low, kind)} – ${figure(estimate.high, kind)}`,
    limit ? `${limit.want === "at most" ? "≤" : "≥"} ${figure(limit.value, kind)}` : "",
    verdict === "no target" ? "" : verdict,
  ]);
  return [
    ...table(
      ["start to end of `true`, as the caller sees it", "median ms", "95 % interval", "n"],
      series,
    ),
    ...result.unmeasured.map(({ name, reason }) => `${name}  not measured: ${reason}`),
    "",
    ...table(["compared, paired by round", "", "95 % interval", "target", ""], comparisons),
    "",
    ...machineLines(result),
    "",
  ].join("\n");
}

function machineLines({ machine, before, after, options }: Result): string[] {
  const { cpuModel, cpus, kernel, system, commit, changedFiles } = machine;
  const changed = changedFiles === 0 ? "" : ` with ${changedFiles} files changed`;
  const { busy, steal } = share(before, after);
  return [
    `${cpuModel}, ${cpus} cpus; ${system}, Linux ${kernel}; Aloft ${commit.slice(0, 10)}${changed}; seed ${String(options.seed)}`,
    `load ${before.load.join(" ")} before, ${after.load.join(" ")} after; cpus busy ${percent(busy)}, taken by the hypervisor ${percent(steal)} of the time`,
  ];
}

function share(before: MachineState, after: MachineState): { busy: number; steal: number } {
  const all = after.ticks.all - before.ticks.all || 1;
  return {
    busy: (after.ticks.busy - before.ticks.busy) / all,
    steal: (after.ticks.steal - before.ticks.steal) / all,
  };
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function ms(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toFixed(2);
}

function figure(value: number, kind: Comparison["kind"]): string {
  return kind === "ratio" ? value.toFixed(2) : `${value.toFixed(1)} ms`;
}

/** The first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
