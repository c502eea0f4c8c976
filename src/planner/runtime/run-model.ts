import type { DeclaredScaling } from "./axis-prior.ts";
import { axesOf, scalePriorOf, sizePrior } from "./axis-prior.ts";
import { type FewRuns, fitFewRuns, predictFewRuns } from "./few-runs.ts";
import { halfWidth, normalHalfWidth } from "./intervals.ts";
import type { PastRun, RunEvidence, RunTarget } from "./past-run.ts";
import { commonRates, roofline } from "./roofline.ts";
import type { FitContext } from "./scaling-fit.ts";
import {
  fitScalingModel,
  halfWidthFrom,
  type PlacePrediction,
  predictOn,
  predictPlace,
  type ScalingModel,
} from "./scaling-model.ts";
import { middle, type Place, type ScalingPoint } from "./scaling-point.ts";

/** What runs say of places where there was none: a curve where they are enough, what is assumed of programs where they are few. */
export interface RunModel {
  readonly runs: readonly PastRun[];
  readonly context: FitContext;
  readonly declared: DeclaredScaling;
  readonly curve: ScalingModel | null;
  readonly few: FewRuns;
  /** The curve where a target is. */
  readonly places: (target: RunTarget) => Beyond | null;
  /** Of the curve's residuals, by level. */
  readonly halfWidths: (level: number) => number;
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
  const curve = fitScalingModel(points, context);
  return {
    ...{ runs, context, declared: evidence, curve, few },
    places: rememberedPlaces(curve, context, evidence),
    halfWidths: rememberedHalfWidths(curve),
  };
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

type Shape = Pick<RunTarget, "machines" | "cpus" | "size">;

function placeOf(shape: Shape, over: FitContext["over"]): Place {
  return { scale: scaleOf(shape, over), size: shape.size, parameters: noParameters };
}

/** Where all of it ran on one machine, scale is cpus; else machines. */
export function scaleOf({ machines, cpus }: Shape, over: FitContext["over"]): number {
  return over === "machines" ? machines : machines * cpus;
}

/** `null` where the runs say nothing of that machine. */
export function predictRun(model: RunModel, target: RunTarget, level: number): LogInterval | null {
  return fromCurve(model, target, level) ?? fromFew(model, target, level);
}

/** A curve at one place, and what is assumed of axes that the runs do not show. */
interface Beyond extends PlacePrediction {
  readonly beyond: { readonly log: number; readonly deviation: number };
}

function fromCurve(
  { curve, places, halfWidths }: RunModel,
  target: RunTarget,
  level: number,
): LogInterval | null {
  if (curve === null) return null;
  const at = places(target);
  const prediction = at === null ? null : predictOn(curve, at, target.machine);
  if (at === null || prediction === null) return null;
  const half = halfWidthFrom(halfWidths(level), prediction, level);
  const { log, deviation } = at.beyond;
  return {
    log: prediction.log + log,
    half: deviation === 0 ? half : Math.hypot(half, normalHalfWidth(level) * deviation),
  };
}

/** A plan's thousands of targets have few scales and mostly one size: each place is computed once. */
function rememberedPlaces(
  curve: ScalingModel | null,
  { over }: FitContext,
  declared: DeclaredScaling,
): (target: RunTarget) => Beyond | null {
  const known = new Map<number, { size: number; at: Beyond | null }>();
  return (target) => {
    const scale = scaleOf(target, over);
    const before = known.get(scale);
    if (before !== undefined && before.size === target.size) return before.at;
    const place = placeOf(target, over);
    const at = curve === null ? null : predictPlace(curve, place);
    const found =
      curve === null || at === null
        ? null
        : { ...at, beyond: alongUnseenAxes(curve, place, declared) };
    known.set(scale, { size: target.size, at: found });
    return found;
  };
}

function rememberedHalfWidths(curve: ScalingModel | null): (level: number) => number {
  const known = new Map<number, number>();
  return (level) => {
    const before = known.get(level);
    if (before !== undefined) return before;
    const half = curve === null ? Number.POSITIVE_INFINITY : halfWidth(curve.spread, level);
    known.set(level, half);
    return half;
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

function fromFew({ few, context }: RunModel, target: RunTarget, level: number): LogInterval | null {
  const predicted = predictFewRuns(few, placeOf(target, context.over), target.machine);
  if (predicted === null) return null;
  return { log: predicted.log, half: normalHalfWidth(level) * predicted.deviation };
}
