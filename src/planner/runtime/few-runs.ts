import { axesOf, type DeclaredScaling, scalePriorOf, sizePrior } from "./axis-prior.ts";
import { type Coefficients, learn, predictLinear } from "./linear-posterior.ts";
import { assumedNoise, assumedScatter } from "./machine-effect.ts";
import { architectureDeviation, logRate, type RatedMachine } from "./roofline.ts";
import { type FitContext, machineOf } from "./scaling-fit.ts";
import { mean, type Place, type ScalingPoint } from "./scaling-point.ts";

/**
 * Too few runs for a curve: log time is linear in log size, log scale and log rates, with exponents that are assumed
 * and drawn to the runs as far as these tell.
 */
export interface FewRuns {
  readonly coefficients: Coefficients;
  readonly context: FitContext;
  readonly declared: DeclaredScaling;
  readonly centre: readonly number[];
  readonly points: readonly ScalingPoint[];
}

/** So wide that the runs alone say how long one takes. */
const anyTime = 1000;

/** `null` where there is no run. */
export function fitFewRuns(
  points: readonly ScalingPoint[],
  context: FitContext,
  declared: DeclaredScaling,
): FewRuns | null {
  if (points.length === 0) return null;
  const prior = priorOf(context, declared);
  const bare: FewRuns = { coefficients: prior, context, declared, centre: [], points };
  const rows = points.map((point) => regressors(bare, point, machineOf(point, context)));
  // Centred, so that what is known of an exponent does not blur the level.
  const centre = rows[0]?.map((_, k) => (k === 0 ? 0 : mean(rows.map((row) => row[k] ?? 0)))) ?? [];
  const machines = new Set(points.map(({ machine }) => machine)).size;
  const scatter = machines > 1 ? assumedScatter : 0;
  const coefficients = learn(
    prior,
    points.map(({ seconds }, i) => ({
      x: (rows[i] ?? []).map((value, k) => value - (centre[k] ?? 0)),
      y: Math.log(seconds),
      variance: assumedNoise ** 2 + scatter ** 2,
    })),
  );
  return { ...bare, coefficients, centre };
}

function priorOf({ roofline }: FitContext, declared: DeclaredScaling): Coefficients {
  const scale = scalePriorOf(declared);
  const rates = roofline?.prior ?? { mean: [], covariance: [] };
  const mean = [0, sizePrior.exponent, scale.exponent, ...rates.mean.map((one) => -one)];
  const own = [anyTime, sizePrior.deviation, scale.deviation];
  return {
    mean,
    covariance: mean.map((_, i) =>
      mean.map((__, j) => {
        if (i < 3 || j < 3) return i === j ? (own[i] ?? 0) ** 2 : 0;
        return rates.covariance[i - 3]?.[j - 3] ?? 0;
      }),
    ),
  };
}

function regressors(
  { context: { roofline, over }, declared }: FewRuns,
  place: Place,
  machine: RatedMachine,
): number[] {
  const { size, scale } = axesOf(place, declared);
  const rates = roofline?.rates.map(({ name }) => logRate(machine, name, over)) ?? [];
  return [1, size, scale, ...rates];
}

/** log seconds and its standard deviation; `null` for a machine that has not run it and whose rates are not known. */
export function predictFewRuns(
  few: FewRuns,
  place: Place,
  machine: RatedMachine,
): { log: number; deviation: number } | null {
  const ran = few.points.some((point) => point.machine === machine.name);
  if (!ran && few.context.roofline === null) return null;
  const x = regressors(few, place, machine).map((value, k) => value - (few.centre[k] ?? 0));
  if (x.some(Number.isNaN)) return null;
  const { mean: log, variance } = predictLinear(few.coefficients, x);
  const scatter = ran ? 0 : assumedScatter;
  const foreign = architecturesOf(few).has(machine.architecture) ? 0 : architectureDeviation;
  return { log, deviation: Math.sqrt(variance + assumedNoise ** 2 + scatter ** 2 + foreign ** 2) };
}

function architecturesOf({ points, context }: FewRuns): Set<string> {
  return new Set(points.map((point) => machineOf(point, context).architecture));
}
