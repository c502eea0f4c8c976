import { formatDuration } from "../../base/durations.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import { speedup } from "./axis-prior.ts";
import { evaluateCurve } from "./curve.ts";
import { curveText, figure } from "./curve-text.ts";
import type { PastRun, RunEvidence, RunTarget } from "./past-run.ts";
import type { RunsHere } from "./predict-run.ts";
import { neededRates } from "./roofline.ts";
import { type RunModel, scaleOf } from "./run-model.ts";
import type { ScalingModel } from "./scaling-model.ts";
import { distinct } from "./scaling-point.ts";

/** Runs of the very target: nothing is scaled. */
export function explainHere({ runs, summary }: RunsHere): Term {
  const { estimate, method } = summary;
  const how = {
    "order statistics": "the interval is between the runs' own order statistics",
    "Student's t": "the interval is Student's t of their logarithms, for a new run",
    assumed: "one run does not show how much the next differs: the interval is assumed",
  }[method];
  return {
    estimate,
    formula: `the median of ${counted(runs.length, "run")} of this there, ${formatDuration(estimate.median)}; ${how}`,
    evidence: [seen(runs)],
  };
}

/** What is scaled from other sizes, scales or machines, step by step. */
export function explainModel(model: RunModel, target: RunTarget, estimate: Estimate): Term {
  const ran = model.context.machines.has(target.machine.name);
  const steps = [
    model.curve === null ? fewText(model, target) : curveStep(model, model.curve, target),
    ...(ran ? [] : [ratesText(model, target)]),
    ...levelText(target),
  ];
  return {
    estimate,
    formula: `${steps.join("; ")}: ${formatDuration(estimate.median)}`,
    evidence: [
      seen(model.runs),
      ...(model.curve === null ? [assumption(model)] : [errors(model.curve)]),
      ...(ran ? [] : [transferEvidence(model)]),
    ],
  };
}

export function explainNothing({ runs, limit }: RunEvidence, { machine }: RunTarget): Term {
  if (runs.length === 0)
    return {
      estimate: null,
      formula: "unknown: no run of this workload is known, here or elsewhere",
      evidence: [],
      learn: "aloft trial FILE runs small ones, or declare one that you timed in profile.measured",
    };
  const names = neededRates(limit).join(" or ");
  const machines = [...new Set(runs.map((run) => run.machine.name))].join(", ");
  return {
    estimate: null,
    formula: `unknown: it ran on ${machines}, and no rate that bears on it is known both there and of ${machine.name}`,
    evidence: [seen(runs)],
    learn: `time it once on ${machine.name} and say so in profile.measured, or import offers that tell ${names} of both`,
  };
}

function seen(runs: readonly PastRun[]): Evidence {
  const [first] = runs;
  const sizes = distinct(runs.map(({ size }) => size)).length;
  const scales = new Set(runs.map(({ machines, cpus }) => `${machines} ${cpus}`)).size;
  const machines = [...new Set(runs.map(({ machine }) => machine.name))];
  const where = machines.length > 3 ? `${machines.length} machine types` : machines.join(", ");
  const date = runs
    .flatMap((run) => run.date ?? [])
    .toSorted()
    .at(-1);
  const spread = [
    ...(scales > 1 ? [`${scales} scales`] : []),
    ...(sizes > 1 ? [`${sizes} sizes`] : []),
  ].join(" and ");
  const text = `${counted(runs.length, "run")}${spread === "" ? "" : ` at ${spread}`} on ${where}`;
  return { kind: first?.kind ?? "assumed", text, ...(date === undefined ? {} : { date }) };
}

function curveStep(
  { context, runs, declared }: RunModel,
  curve: ScalingModel,
  { machines, cpus, size }: RunTarget,
): string {
  const { fit } = curve;
  const scale = scaleOf({ machines, cpus, size }, context.over);
  const { seconds } = evaluateCurve(fit.curve, { scale, size, parameters: [] });
  const { range } = curve;
  const assumed = [
    ...(range.size[0] === range.size[1] && size !== range.size[0]
      ? [`, in proportion to size (${figure(size)} beside ${figure(range.size[0])}, assumed)`]
      : []),
    ...(range.scale[0] === range.scale[1] && scale !== range.scale[0]
      ? [`, ${sharedText(declared.serialFraction, scale, context.over)} (assumed)`]
      : []),
  ].join("");
  const several =
    context.machines.size > 1
      ? " on a machine of the mean rates"
      : ` on ${runs[0]?.machine.name ?? ""}`;
  const at = `${context.over} = ${scale}${fit.curve.form.size === "none" ? "" : `, size = ${figure(size)}`}`;
  return `${curveText(fit.curve, context.over)} seconds, at ${at} ${formatDuration(seconds)}${several}${assumed}`;
}

function fewText(
  { declared: { serialFraction }, context, runs }: RunModel,
  target: RunTarget,
): string {
  const times = runs.slice(0, 3).map(({ seconds }) => formatDuration(seconds));
  const from = `from ${times.join(", ")}${runs.length > 3 ? ", …" : ""}`;
  const scale = scaleOf(target, context.over);
  const changed = [
    ...(runs.every(({ size }) => size === target.size) ? [] : ["in proportion to size"]),
    ...(runs.every((run) => scaleOf(run, context.over) === scale)
      ? []
      : [sharedText(serialFraction, scale, context.over)]),
  ];
  return [from, ...changed].join(", ");
}

function sharedText(serialFraction: number | null, scale: number, over: string): string {
  if (serialFraction === null) return `with ${over}^-0.5, halfway between no gain and all of it`;
  const gain = figure(speedup(scale, serialFraction));
  return `with Amdahl's speed-up for a serial part of ${figure(serialFraction)}: ${gain} at ${scale} ${over}`;
}

function ratesText({ context: { roofline, over } }: RunModel, { machine }: RunTarget): string {
  const per = over === "cpus" ? " of one cpu" : "";
  const rates = (roofline?.rates ?? []).map(({ name }) => {
    const rate = (machine.rates[name] ?? Number.NaN) / (over === "cpus" ? machine.cpus : 1);
    return `${name} ${figure(rate)}${per}`;
  });
  return `moved to ${machine.name} by ${rates.join(" and ")}`;
}

function levelText({ penalty, engine }: RunTarget): string[] {
  if (penalty.median === 1 && penalty.low === penalty.high) return [];
  return [`× ${figure(penalty.median)} for ${engine ?? "its level"}`];
}

function errors({ error, leftOut, points }: ScalingModel): Evidence {
  const what = { group: "machine", scale: "scale", size: "size", place: "run" }[leftOut];
  return {
    kind: "measured",
    text: `left out one ${what} at a time, ${points} runs were predicted to ${(100 * Math.expm1(error)).toPrecision(2)} % on average`,
  };
}

function assumption({ declared }: RunModel): Evidence {
  return declared.serialFraction === null
    ? {
        kind: "assumed",
        text: "work in proportion to size, and a speed-up between none and all of it: profile.serialFraction or aloft trial would tell",
      }
    : { kind: "declared", text: `a serial part of ${figure(declared.serialFraction)}` };
}

function transferEvidence({ context: { roofline, machines } }: RunModel): Evidence {
  const names = (roofline?.rates ?? []).map(({ name }) => name).join(" and ");
  return machines.size > 1
    ? { kind: "measured", text: `how ${names} bears on it, from ${machines.size} machine types` }
    : { kind: "assumed", text: `time falls as ${names} rises, as far as the declared limit says` };
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
