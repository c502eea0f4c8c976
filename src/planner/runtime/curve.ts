import { type CurveForm, featuresOf, type Ranges, rangesOf, scaleForms } from "./curve-form.ts";
import { weightedNnls } from "./robust-nnls.ts";
import type { Place } from "./scaling-point.ts";

/** Run time as a sum of non-negative summands. */
export interface Curve {
  readonly form: CurveForm;
  readonly ranges: Ranges;
  readonly coefficients: readonly number[];
  readonly fixed: readonly boolean[];
}

export interface CurveValue {
  readonly seconds: number;
  /** The part of it, 0 to 1, that more machines or cpus do not shorten. */
  readonly fixedShare: number;
}

/** Seconds are never below this: a curve that reaches zero is left where it is tiny. */
const leastSeconds = 1e-9;

/** What is the same in every round of a fit. */
export interface CurveDesign {
  readonly form: CurveForm;
  readonly ranges: Ranges;
  readonly features: readonly (readonly number[])[];
  readonly fixed: readonly boolean[];
}

export function designCurve(form: CurveForm, places: readonly Place[]): CurveDesign {
  const ranges = rangesOf(places);
  const features = places.map((place) => featuresOf(form, place, ranges));
  return {
    form,
    ranges,
    features: features.map(({ values }) => values),
    fixed: features[0]?.fixed ?? [],
  };
}

/** The coefficients with the least weighted relative errors; `null` where there are none. */
export function fitCurve(
  { form, ranges, features, fixed }: CurveDesign,
  seconds: readonly number[],
  weights: readonly number[],
): Curve | null {
  const coefficients = weightedNnls(features, seconds, weights);
  if (coefficients === null || coefficients.every((value) => value === 0)) return null;
  return { form, ranges, coefficients, fixed };
}

export function evaluateCurve(curve: Curve, place: Place): CurveValue {
  return sumUp(curve, featuresOf(curve.form, place, curve.ranges).values);
}

/** The curve where its summands have these values. */
export function sumUp({ coefficients, fixed }: Curve, values: readonly number[]): CurveValue {
  let all = 0;
  let unshared = 0;
  for (let k = 0; k < values.length; k += 1) {
    const part = (values[k] ?? 0) * (coefficients[k] ?? 0);
    all += part;
    if (fixed[k]) unshared += part;
  }
  const seconds = Math.max(leastSeconds, all);
  return { seconds, fixedShare: Math.min(1, Math.max(0, unshared / seconds)) };
}

/** Whether the curve says anything at this scale: with a coordinator, one machine alone does nothing. */
export function isDefinedAt({ form }: Curve, scale: number): boolean {
  const shared: readonly string[] = scaleForms[form.scale].shared;
  return scale > 1 || !shared.includes("eachButOne");
}
