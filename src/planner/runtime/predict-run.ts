import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import { type HistoryEstimate, summariseHistory } from "./history.ts";
import { estimateLevel, fromLog } from "./intervals.ts";
import { product } from "../estimate-arithmetic.ts";
import type { PastRun, RunEvidence, RunTarget } from "./past-run.ts";
import { explainHere, explainModel, explainNothing } from "./run-explanation.ts";
import { type LogInterval, modelRuns, predictRun } from "./run-model.ts";

/** Run time of one workload anywhere. Made once for a plan; `estimate` is asked for each of its thousands of targets. */
export interface RunPredictor {
  /** Seconds; `null` is unknown. No text is made. */
  readonly estimate: (target: RunTarget) => Estimate | null;
  /** The same estimate with its formula and evidence. */
  readonly explain: (target: RunTarget) => Term;
}

/**
 * Timed runs are one class, whether of a trial or of the past; then come the declared and the published ones. The strongest class that says
 * anything of a target is asked alone: a weaker one would only blur it.
 */
const classes: readonly (readonly Evidence["kind"][])[] = [
  ["measured", "history"],
  ["declared"],
  ["published"],
  ["assumed"],
];

/** Fits what can be fitted. `level` is what part of the truth an interval is to hold. */
export function prepareRunPrediction(
  evidence: RunEvidence,
  level: number = estimateLevel,
): RunPredictor {
  const models = classes.flatMap((kinds) => {
    const runs = evidence.runs.filter(({ kind }) => kinds.some((one) => one === kind));
    return modelRuns(runs, evidence) ?? [];
  });
  const here = runsByPlace(evidence.runs, level);
  const bare = rememberedLast((target) => {
    for (const model of models) {
      const interval = predictRun(model, target, level);
      if (interval !== null) return { model, interval };
    }
    return null;
  });
  const runsAt = (target: RunTarget): RunsHere | undefined =>
    here.get(target.machine.name)?.get(placeKey(target));
  return {
    estimate(target) {
      const known = runsAt(target);
      if (known !== undefined) return known.summary.estimate;
      const found = bare(target);
      return found === null ? null : atLevel(found.interval, target.penalty);
    },
    explain(target) {
      const known = runsAt(target);
      if (known !== undefined) return explainHere(known);
      const found = bare(target);
      return found === null
        ? explainNothing(evidence, target)
        : explainModel(found.model, target, atLevel(found.interval, target.penalty));
    },
  };
}

/** The levels of one offer come one after the other, and differ by their penalty only. */
function rememberedLast<Value>(ask: (target: RunTarget) => Value): (target: RunTarget) => Value {
  let last: { target: RunTarget; value: Value } | null = null;
  return (target) => {
    if (
      last !== null &&
      last.target.machine === target.machine &&
      last.target.machines === target.machines &&
      last.target.cpus === target.cpus &&
      last.target.size === target.size
    )
      return last.value;
    const value = ask(target);
    last = { target, value };
    return value;
  };
}

/** Runs of the very target, and what they say of the next. */
export interface RunsHere {
  readonly runs: readonly PastRun[];
  readonly summary: HistoryEstimate;
}

function runsByPlace(runs: readonly PastRun[], level: number): Map<string, Map<string, RunsHere>> {
  const found = new Map<string, Map<string, PastRun[]>>();
  for (const run of runs) {
    const machine = found.get(run.machine.name) ?? new Map<string, PastRun[]>();
    found.set(run.machine.name, machine);
    const key = placeKey(run);
    machine.set(key, [...(machine.get(key) ?? []), run]);
  }
  return new Map(
    [...found].map(([name, places]) => [
      name,
      new Map([...places].flatMap(([key, some]) => summarised(key, some, level))),
    ]),
  );
}

function summarised(
  key: string,
  runs: readonly PastRun[],
  level: number,
): (readonly [string, RunsHere])[] {
  for (const kinds of classes) {
    const strongest = runs.filter(({ kind }) => kinds.some((one) => one === kind));
    const summary = summariseHistory(
      strongest.map(({ seconds }) => seconds),
      level,
    );
    if (summary !== null) return [[key, { runs: strongest, summary }]];
  }
  return [];
}

function placeKey({
  engine,
  machines,
  cpus,
  size,
}: Pick<RunTarget, "engine" | "machines" | "cpus" | "size">): string {
  return `${engine} ${machines} ${cpus} ${size}`;
}

/** The bare machine's time with the level's cost on it; their intervals add up as squares on the log scale. */
function atLevel({ log, half }: LogInterval, penalty: Estimate): Estimate {
  return product(fromLog(log, half), penalty);
}
