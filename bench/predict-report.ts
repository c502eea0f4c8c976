import type { MachineFacts } from "./machine.ts";
import { reached, type Score, type ScoredRow, type Target } from "./predict-score.ts";
import { table } from "./report.ts";

/** All that is kept of one run of the benchmark. */
export interface PredictResult {
  readonly benchmark: "predict";
  readonly format: 1;
  readonly startedAt: string;
  readonly seconds: number;
  readonly seed: number;
  readonly data: string;
  readonly machine: MachineFacts;
  readonly experiments: readonly { readonly name: string; readonly rows: readonly ScoredRow[] }[];
}

/** The result as people read it. */
export function renderPredictions(result: PredictResult): string {
  const { machine, seed, startedAt, seconds, experiments } = result;
  return [
    ...experiments.flatMap(({ name, rows }) => [...table(headings(name), rows.map(cells)), ""]),
    `${machine.cpuModel}, ${machine.cpus} cpus; Node ${machine.node}; Aloft ${machine.commit.slice(0, 10)}; seed ${seed}; ${startedAt.slice(0, 10)}, ${seconds} s`,
    "",
  ].join("\n");
}

function headings(name: string): string[] {
  return [name, "method", "mean error", "median", "90 %", "coverage", "high/low", "n", "targets"];
}

function cells({ what, method, score, targets = [] }: ScoredRow): string[] {
  return [
    what,
    method,
    percent(score.mean),
    percent(score.median),
    percent(score.ninetieth),
    score.coverage === null ? "" : percent(score.coverage),
    score.width === null ? "" : score.width.toFixed(2),
    String(score.runs),
    targets.map((target) => verdict(score, target)).join(", "),
  ];
}

function verdict(score: Score, target: Target): string {
  const limit =
    target.low === 0 ? `≤ ${whole(target.high)}` : `${whole(target.low)} to ${whole(target.high)}`;
  const name = target.figure === "ninetieth" ? "90 %" : target.figure;
  return `${name} ${limit}: ${reached(score, target) ? "reached" : "missed"}`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function whole(part: number): string {
  return `${Math.round(100 * part)} %`;
}
