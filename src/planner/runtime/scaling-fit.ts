import {
  type Curve,
  type CurveValue,
  designCurve,
  evaluateCurve,
  fitCurve,
  isDefinedAt,
  sumUp,
} from "./curve.ts";
import type { CurveForm } from "./curve-form.ts";
import {
  type Effect,
  effectOf,
  lowered,
  type MachineEffects,
  machineEffects,
} from "./machine-effect.ts";
import { huberWeights } from "./robust-nnls.ts";
import { logRate, type RatedMachine, type Roofline } from "./roofline.ts";
import { mean, type Place, type ScalingPoint } from "./scaling-point.ts";

/** What does not change from one form of a model to another. */
export interface FitContext {
  readonly machines: ReadonlyMap<string, RatedMachine>;
  /** `null`: no rates in common, so only machines that have run it can be told. */
  readonly roofline: Roofline | null;
  readonly over: "cpus" | "machines";
}

/** A curve, and each machine's factor on it. */
export interface ScalingFit {
  readonly curve: Curve;
  readonly effects: MachineEffects | null;
  /** Without rates: the mean log factor of each machine that has run it. */
  readonly factors: ReadonlyMap<string, number>;
}

/** Enough for weights and factors to settle to a per cent or so. */
const mostRounds = 8;
const settled = 0.02;
/** Before machines have their factors, all runs of a fast one look strange: weights of its runs come after that. */
const unweightedRounds = 3;

/**
 * Curve, machines' factors and weights are fitted in turn until they settle (backfitting; Hastie, Tibshirani, Friedman, The
 * Elements of Statistical Learning, 2nd ed., 9.1.1). `null` where the form cannot be fitted.
 */
export function fitScaling(
  form: CurveForm,
  points: readonly ScalingPoint[],
  context: FitContext,
): ScalingFit | null {
  const design = designCurve(form, points);
  const machines = points.map((point) => machineOf(point, context));
  let fit: ScalingFit | null = null;
  let weights = points.map(() => 1);
  let logs = points.map((point) => startingLog(point, points, context));
  for (let round = 0; round < mostRounds; round += 1) {
    const seconds = points.map((point, i) => point.seconds / Math.exp(logs[i] ?? 0));
    const curve = fitCurve(design, seconds, weights);
    if (curve === null) return null;
    const values = design.features.map((row) => sumUp(curve, row));
    fit = withFactors({ curve, points, values }, context);
    const before = { weights, logs };
    logs = values.map(({ fixedShare }, i) => fittedLog(fit, machines[i], fixedShare));
    const still = moved(before.logs, logs) < settled / 4;
    if (still || round >= unweightedRounds)
      weights = huberWeights(values.map((value, i) => Math.log(value.seconds / (seconds[i] ?? 1))));
    if (still && moved(before.weights, weights) < settled) break;
  }
  return fit === null ? null : levelled(fit);
}

/** What all machines have in common is the curve's: its seconds are then those of a machine of the mean rates. */
function levelled({ curve, effects, factors }: ScalingFit): ScalingFit {
  const levels = effects?.exponents.mean.slice(0, effects.architectures.length);
  const level = mean(levels ?? [...factors.values()]);
  return {
    curve: { ...curve, coefficients: curve.coefficients.map((one) => one * Math.exp(level)) },
    effects: effects === null ? null : lowered(effects, level),
    factors: new Map([...factors].map(([name, log]) => [name, log - level])),
  };
}

function moved(before: readonly number[], after: readonly number[]): number {
  return after.reduce((most, value, i) => Math.max(most, Math.abs(value - (before[i] ?? 0))), 0);
}

/** Before any curve: what the limit alone says of a machine beside the first one. */
function startingLog(
  point: ScalingPoint,
  [first]: readonly ScalingPoint[],
  context: FitContext,
): number {
  const { roofline, over } = context;
  if (roofline === null || first === undefined || first.machine === point.machine) return 0;
  const [one, other] = [machineOf(point, context), machineOf(first, context)];
  return roofline.rates.reduce((sum, { name }, k) => {
    const ratio = logRate(one, name, over) - logRate(other, name, over);
    return sum - ratio * (roofline.prior.mean[k] ?? 0);
  }, 0);
}

/** The factor that a machine's runs are divided by before the next curve is fitted. */
function fittedLog(
  fit: ScalingFit | null,
  machine: RatedMachine | undefined,
  fixedShare: number,
): number {
  if (fit === null || machine === undefined) return 0;
  // One run's own oddity taken for its machine's would leave the curve nothing to learn from it.
  const stranger = fit.effects !== null && !fit.effects.settled.has(machine.name);
  return factorOf(fit, stranger ? { ...machine, name: "" } : machine, fixedShare)?.log ?? 0;
}

interface Fitted {
  readonly curve: Curve;
  readonly points: readonly ScalingPoint[];
  /** Of the curve at the points. */
  readonly values: readonly CurveValue[];
}

function withFactors(
  { curve, points, values }: Fitted,
  { machines, roofline, over }: FitContext,
): ScalingFit {
  const byMachine = new Map<string, number[]>();
  for (const [i, { machine }] of points.entries()) {
    const indices = byMachine.get(machine);
    if (indices === undefined) byMachine.set(machine, [i]);
    else indices.push(i);
  }
  const runs = [...byMachine].map(([name, indices]) => ({
    machine: machines.get(name) ?? { name, architecture: "", cpus: 1, rates: {} },
    logs: indices.map((i) => Math.log((points[i]?.seconds ?? 1) / (values[i]?.seconds ?? 1))),
    fixedShare: mean(indices.map((i) => values[i]?.fixedShare ?? 0)),
  }));
  return {
    curve,
    effects: roofline === null ? null : machineEffects({ runs, roofline, over }),
    factors: new Map(runs.map(({ machine, logs }) => [machine.name, mean(logs)])),
  };
}

/** The factor of a machine, where this part of the time is not shared; `null` where the runs say nothing of it. */
export function factorOf(
  fit: ScalingFit,
  machine: RatedMachine,
  fixedShare: number,
): Effect | null {
  if (fit.effects !== null) return effectOf(fit.effects, machine, fixedShare);
  const log = fit.factors.get(machine.name);
  return log === undefined ? null : { log, variance: 0 };
}

export function machineOf({ machine }: ScalingPoint, { machines }: FitContext): RatedMachine {
  return machines.get(machine) ?? { name: machine, architecture: "", cpus: 1, rates: {} };
}

/** log seconds on a machine of the mean rates, and what part is not shared; `null` where the curve is not defined. */
export function curveAt(
  { curve }: ScalingFit,
  place: Place,
): { log: number; fixedShare: number } | null {
  if (!isDefinedAt(curve, place.scale)) return null;
  const { seconds, fixedShare } = evaluateCurve(curve, place);
  return { log: Math.log(seconds), fixedShare };
}

/** log seconds at a place on a machine, and the variance that the machine's being new adds; `null` where the fit says nothing of it. */
export function predictScaling(
  fit: ScalingFit,
  place: Place,
  machine: RatedMachine,
): Effect | null {
  const at = curveAt(fit, place);
  const factor = at === null ? null : factorOf(fit, machine, at.fixedShare);
  if (at === null || factor === null) return null;
  return { log: at.log + factor.log, variance: factor.variance };
}
