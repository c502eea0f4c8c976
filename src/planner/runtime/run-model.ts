import type { DeclaredScaling } from "./axis-prior.ts";
import { axesOf, scalePriorOf, sizePrior } from "./axis-prior.ts";
import { type FewRuns, fitFewRuns, predictFewRuns } from "./few-runs.ts";
import { normalHalfWidth } from "./intervals.ts";
import type { PastRun, RunEvidence, RunTarget } from "./past-run.ts";
import { commonRates, type RatedMachine, roofline } from "./roofline.ts";
import type { FitContext } from "./scaling-fit.ts";
import { fitScalingModel, halfWidthOf, predictWith, type ScalingModel } from "./scaling-model.ts";
import { middle, type Place, type ScalingPoint } from "./scaling-point.ts";

/** What runs say of places where there was none: a curve where they are enough, what is assumed of programs where they are few. */
export interface RunModel {
  readonly runs: readonly PastRun[];
  readonly context: FitContext;
  readonly declared: DeclaredScaling;
  readonly curve: ScalingModel | null;
  readonly few: FewRuns;
}

/** Seconds on the bare machine, on the log scale, with half of the interval at the asked level. */
export interface LogInterval {
  readonly log: number;
  readonly half: number;
}

/** From so many machine types on, how well they tell of each other is seen by leaving them out. */
const machinesToLeaveOut = 8;

/** `null` for no runs. */
export function modelRuns(runs: readonly PastRun[], evidence: RunEvidence): RunModel | null {
  const machines = new Map(runs.map((run) => [run.machine.name, run.machine]));
  const over = runs.some((run) => run.machines > 1) ? "machines" : "cpus";
  const context: FitContext = {
    machines,
    over,
    roofline: roofline(evidence.limit, commonRates([...machines.values()])),
  };
  const points = pointsOf(runs, over, machines.size >= machinesToLeaveOut);
  const few = fitFewRuns(points, context, evidence);
  if (few === null) return null;
  return { runs, context, declared: evidence, curve: fitScalingModel(points, context), few };
}

/** Repetitions of one place on one machine are one point, their median: none counts more for being cheap to repeat. */
function pointsOf(
  runs: readonly PastRun[],
  over: FitContext["over"],
  machinesAreGroups: boolean,
): ScalingPoint[] {
  const places = new Map<string, { run: PastRun; seconds: number[] }>();
  for (const run of runs) {
    const key = `${run.machine.name} ${run.machines} ${run.cpus} ${run.size}`;
    const place = places.get(key) ?? { run, seconds: [] };
    place.seconds.push(run.seconds / run.slowdown);
    places.set(key, place);
  }
  return [...places.values()].map(({ run, seconds }) => ({
    ...placeOf(run, over),
    machine: run.machine.name,
    group: machinesAreGroups ? run.machine.name : null,
    seconds: middle(seconds),
  }));
}

const noParameters: readonly number[] = [];

/** Where all of it ran on one machine, scale is cpus; else machines. */
function placeOf(
  { machines, cpus, size }: Pick<RunTarget, "machines" | "cpus" | "size">,
  over: FitContext["over"],
): Place {
  return {
    scale: over === "machines" ? machines : machines * cpus,
    size,
    parameters: noParameters,
  };
}

/** `null` where the runs say nothing of that machine. */
export function predictRun(model: RunModel, target: RunTarget, level: number): LogInterval | null {
  const place = placeOf(target, model.context.over);
  return (
    fromCurve(model, place, { machine: target.machine, level }) ??
    fromFew(model, place, { machine: target.machine, level })
  );
}

function fromCurve(
  { curve, declared }: RunModel,
  place: Place,
  { machine, level }: { machine: RatedMachine; level: number },
): LogInterval | null {
  if (curve === null) return null;
  const prediction = predictWith(curve, place, machine);
  if (prediction === null) return null;
  const beyond = alongUnseenAxes(curve, place, declared);
  const half = halfWidthOf(curve, prediction, level);
  return {
    log: prediction.log + beyond.log,
    half:
      beyond.deviation === 0 ? half : Math.hypot(half, normalHalfWidth(level) * beyond.deviation),
  };
}

/** A curve from runs of one size, or of one scale, says nothing of others: there what is assumed of programs is all there is. */
function alongUnseenAxes(
  { range }: ScalingModel,
  place: Place,
  declared: DeclaredScaling,
): { log: number; deviation: number } {
  let log = 0;
  let deviation = 0;
  if (range.size[0] === range.size[1] && place.size !== range.size[0]) {
    const ratio = Math.log(place.size / range.size[0]);
    log += sizePrior.exponent * ratio;
    deviation = Math.abs(sizePrior.deviation * ratio);
  }
  if (range.scale[0] === range.scale[1] && place.scale !== range.scale[0]) {
    const prior = scalePriorOf(declared);
    const ratio =
      axesOf(place, declared).scale - axesOf({ ...place, scale: range.scale[0] }, declared).scale;
    log += prior.exponent * ratio;
    deviation = Math.hypot(deviation, prior.deviation * ratio);
  }
  return { log, deviation };
}

function fromFew(
  { few }: RunModel,
  place: Place,
  { machine, level }: { machine: RatedMachine; level: number },
): LogInterval | null {
  const predicted = predictFewRuns(few, place, machine);
  if (predicted === null) return null;
  return { log: predicted.log, half: normalHalfWidth(level) * predicted.deviation };
}
