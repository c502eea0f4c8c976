import type { MachineFacts } from "./machine.ts";
import { table } from "./report.ts";
import type { WaitScore } from "./wait-scores.ts";

/** The name of our own predictor. */
export const model = "quantile forest, calibrated";

/** All that is kept of the experiment: enough to repeat it. */
export interface WaitResult {
  readonly experiment: "slurm-waits";
  readonly format: 1;
  readonly startedAt: string;
  readonly seconds: number;
  readonly seed: number;
  readonly machine: MachineFacts;
  readonly testJobs: number;
  /** Of all test jobs together, by predictor. */
  readonly scores: Readonly<Record<string, WaitScore>>;
  /** Of the model, by test day; `known` is how many earlier records it learned from. */
  readonly days: readonly (WaitScore & { readonly day: string; readonly known: number })[];
  readonly cost: { readonly fitSeconds: number; readonly predictMilliseconds: number };
  readonly published: typeof published;
}

/**
 * What others have published of such waits (github.com/mila-iqia/slurm-queue-time-pred: README.md, docs/2_Results.md and
 * docs/3_Train_on_past_data.md, read 2026-11). `half` is the interval, in multiples of the true wait, that they give for half of
 * the predictions; `within2` and `within3` are shares.
 */
export const published = [
  {
    what: "a neural network, Cedar, test days drawn at random among the others",
    half: [0.37, 2.69],
    within2: 0.3819,
    within3: 0.5676,
  },
  {
    what: "the same, Graham (61 days, 97 variables)",
    half: null,
    within2: 0.416,
    within3: 0.5989,
  },
  {
    what: "the same, Cedar, learned from earlier days only",
    half: null,
    within2: 0.333,
    within3: 0.5038,
  },
  {
    what: "Slurm's own estimate, Cedar, 53 jobs",
    half: [0.0006, 1596.61],
    within2: null,
    within3: null,
  },
] as const;

/** The result as people read it. */
export function renderWaits(result: WaitResult): string {
  const { scores, days, published, machine, cost, seed, testJobs } = result;
  const predictors = Object.entries(scores).map(([name, score]) => [name, ...cells(score)]);
  const others = published.map(({ what, half, within2, within3 }) => [
    ...[`published: ${what}`, "", percent(within2), percent(within3)],
    half === null ? "" : `${half[0]} – ${half[1]}`,
    ...["", ""],
  ]);
  const byDay = days.map(({ day, known, ...score }) => [
    ...[day, String(score.jobs), String(known)],
    ...cells(score),
  ]);
  const columns = ["0.4–2.5×", "1/2–2×", "1/3–3×", "half within", "≥ 10 %", "≤ 90 %"];
  return [
    `Waits of ${testJobs} jobs, each day predicted from the days before it: share of predictions near the true wait, coverage`,
    "",
    ...table(["predictor", ...columns], [...predictors, ...others]),
    "",
    ...verdicts(scores[model]),
    "",
    ...table(["day", "jobs", "known", ...columns], byDay),
    "",
    `fit ${cost.fitSeconds.toFixed(1)} s a day, predict ${cost.predictMilliseconds.toFixed(3)} ms each; ${result.seconds} s in all, seed ${seed}`,
    `${machine.cpuModel}, ${machine.cpus} cpus; ${machine.system}; Node ${machine.node}; Aloft ${machine.commit.slice(0, 10)}${machine.changedFiles === 0 ? "" : ` with ${machine.changedFiles} files changed`}`,
    "",
  ].join("\n");
}

function verdicts(score: WaitScore | undefined): string[] {
  if (score === undefined) return [];
  const coverage = score.belowHigh ?? 0;
  return [
    `half within 0.4 to 2.5 × the true wait: ${percent(score.within04to25)}, ${verdict(score.within04to25 >= 0.5)}`,
    `90 % quantile covers 85 to 95 %: ${percent(coverage)}, ${verdict(coverage >= 0.85 && coverage <= 0.95)}`,
  ];
}

function verdict(met: boolean): string {
  return met ? "met" : "not met";
}

function cells(score: WaitScore): string[] {
  const [first, , third] = score.quartiles;
  return [
    percent(score.within04to25),
    percent(score.within2),
    percent(score.within3),
    `${first.toFixed(2)} – ${third.toFixed(2)}`,
    percent(score.aboveLow),
    percent(score.belowHigh),
  ];
}

function percent(share: number | null): string {
  return share === null ? "" : `${(share * 100).toFixed(1)} %`;
}
