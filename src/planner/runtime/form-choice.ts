import { type CurveForm, possibleForms } from "./curve-form.ts";
import { type Folds, foldsOf } from "./folds.ts";
import type { Residual } from "./intervals.ts";
import {
  type FitContext,
  fitScaling,
  machineOf,
  predictScaling,
  type ScalingFit,
} from "./scaling-fit.ts";
import { mean, type ScalingPoint } from "./scaling-point.ts";
import { distanceFrom, rangeOf, type SeenRange } from "./seen-range.ts";

/** A form that was fitted to all folds but one, in turn, and what it got wrong on that one. */
export interface TestedForm {
  readonly form: CurveForm;
  readonly coefficients: number;
  readonly residuals: readonly Residual[];
  /** Mean of |log(true / predicted)| of each fold. */
  readonly errors: readonly number[];
}

/** What can be told once for several sets of runs. */
export interface ChosenForms {
  readonly form: CurveForm;
  /** Other forms over scale that did not much worse: outside of what was seen, each of them may be right. */
  readonly rivals: readonly CurveForm[];
}

export interface FormChoice extends ChosenForms {
  readonly residuals: readonly Residual[];
  readonly leftOut: Folds["by"];
}

/** A rival's error is at most this many times the best's. Between 1.5 and 3 the coverage on C3O's runs changes by a point. */
const rivalError = 2;

/**
 * The form that predicts what was left out best, the simplest among equals. `null` where none can be fitted. Of `given` forms, which
 * other runs have left as possible, only the best is chosen.
 */
export function chooseForm(
  points: readonly ScalingPoint[],
  context: FitContext,
  given?: ChosenForms,
): FormChoice | null {
  const folds = foldsOf(points);
  const test = remembered((form) => tested(form, points, { context, folds }));
  const best = given === undefined ? improved(points, test) : bestOf(given, test);
  if (best === null) return null;
  return {
    form: best.form,
    rivals: rivalsOf(best, points, test),
    residuals: best.residuals,
    leftOut: folds.by,
  };
}

function bestOf({ form, rivals }: ChosenForms, test: Test): TestedForm | null {
  return simplestOfBest([form, ...rivals].flatMap((one) => test(one) ?? []));
}

function rivalsOf(best: TestedForm, points: readonly ScalingPoint[], test: Test): CurveForm[] {
  return possibleForms(points)
    .scales.filter((scale) => scale !== best.form.scale)
    .map((scale) => ({ ...best.form, scale }))
    .filter((form) => {
      const rival = test(form);
      return rival !== null && mean(rival.errors) <= rivalError * mean(best.errors);
    });
}

type Test = (form: CurveForm) => TestedForm | null;

function remembered(test: Test): Test {
  const known = new Map<string, TestedForm | null>();
  return (form) => {
    const key = JSON.stringify(form);
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = test(form);
    known.set(key, result);
    return result;
  };
}

function tested(
  form: CurveForm,
  points: readonly ScalingPoint[],
  { context, folds }: { context: FitContext; folds: Folds },
): TestedForm | null {
  const residuals: Residual[] = [];
  const errors: number[] = [];
  let coefficients = 0;
  for (const part of folds.parts) {
    const out = new Set(part);
    const kept = points.filter((_, i) => !out.has(i));
    const fit = fitScaling(form, kept, context);
    if (fit === null) return null;
    coefficients = fit.curve.coefficients.length;
    const question = { fit, context, range: rangeOf(kept) };
    const found = points.filter((_, i) => out.has(i)).flatMap((point) => error(point, question));
    residuals.push(...found);
    if (found.length > 0) errors.push(mean(found.map(({ log }) => Math.abs(log))));
  }
  return errors.length === 0 ? null : { form, coefficients, residuals, errors };
}

function error(
  point: ScalingPoint,
  { fit, context, range }: { fit: ScalingFit; context: FitContext; range: SeenRange },
): Residual[] {
  const predicted = predictScaling(fit, point, machineOf(point, context));
  if (predicted === null) return [];
  return [{ log: Math.log(point.seconds) - predicted.log, distance: distanceFrom(range, point) }];
}

/**
 * One part of the form after the other: scale, size, each parameter, and scale again. All combinations would be hundreds of
 * fits for little more.
 */
function improved(points: readonly ScalingPoint[], test: Test): TestedForm | null {
  const { scales, sizes, parameters } = possibleForms(points);
  const start: CurveForm = {
    scale: scales[Math.min(1, scales.length - 1)] ?? "constant",
    size: sizes[Math.min(1, sizes.length - 1)]?.size ?? "none",
    exponent: 1,
    parameters: parameters.map((forms) => forms[0] ?? { scaling: "linear", degree: 1 }),
  };
  const overScales = (form: CurveForm): CurveForm[] => scales.map((scale) => ({ ...form, scale }));
  const steps = [
    overScales,
    (form: CurveForm) => sizes.map((size) => ({ ...form, ...size })),
    ...parameters.map(
      (forms, i) => (form: CurveForm) =>
        forms.map((one) => ({ ...form, parameters: form.parameters.with(i, one) })),
    ),
    overScales,
  ];
  let best = test(start);
  for (const step of steps) {
    const candidates = step(best?.form ?? start).flatMap((form) => test(form) ?? []);
    best = simplestOfBest(candidates) ?? best;
  }
  return best;
}

/**
 * The one with the fewest coefficients whose mean error is within one standard error of the least (Breiman et al.,
 * Classification and Regression Trees, 1984, 3.4.3); of equally many the one with the least error.
 */
function simplestOfBest(candidates: readonly TestedForm[]): TestedForm | null {
  const byError = candidates.toSorted((a, b) => mean(a.errors) - mean(b.errors));
  const [best] = byError;
  if (best === undefined) return null;
  const equal = byError.filter((one) => {
    const worse = one.errors.map((error, i) => error - (best.errors[i] ?? 0));
    return mean(worse) <= standardError(worse);
  });
  return equal.reduce((least, one) => (one.coefficients < least.coefficients ? one : least), best);
}

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
}
