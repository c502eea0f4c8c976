import { type ChosenForms, chooseForm } from "./form-choice.ts";
import { halfWidth, normalHalfWidth, type Spread, spreadOf } from "./intervals.ts";
import type { RatedMachine } from "./roofline.ts";
import { curveAt, factorOf, type FitContext, fitScaling, type ScalingFit } from "./scaling-fit.ts";
import { configurations, mean, type Place, type ScalingPoint } from "./scaling-point.ts";
import { distanceFrom, rangeOf, type SeenRange } from "./seen-range.ts";

/** How run time hangs on scale, size, parameters and machine, learnt from runs, with the errors it made on runs left out. */
export interface ScalingModel {
  readonly fit: ScalingFit;
  readonly forms: ChosenForms;
  readonly rivals: readonly ScalingFit[];
  readonly spread: Spread;
  /** Mean of |log(true / predicted)| over runs left out. */
  readonly error: number;
  readonly points: number;
  /** What was left out together; with groups, the spread has in it that a machine is new. */
  readonly leftOut: "group" | "scale" | "size" | "place";
  readonly range: SeenRange;
}

/** Fewer different places than this are for priors, not for curves. */
export const fewestConfigurations = 3;

/**
 * Chooses the form that predicts runs left out best and fits it to all of them; `null` for fewer than three different places, or where no
 * form can be fitted. Forms `given` are all that other runs have left.
 */
export function fitScalingModel(
  points: readonly ScalingPoint[],
  context: FitContext,
  given?: ChosenForms,
): ScalingModel | null {
  if (configurations(points) < fewestConfigurations) return null;
  const choice = chooseForm(points, context, given);
  if (choice === null) return null;
  const fit = fitScaling(choice.form, points, context);
  if (fit === null) return null;
  return {
    fit,
    forms: { form: choice.form, rivals: choice.rivals },
    rivals: choice.rivals.flatMap((rival) => fitScaling(rival, points, context) ?? []),
    spread: spreadOf(choice.residuals),
    error: mean(choice.residuals.map(({ log }) => Math.abs(log))),
    points: points.length,
    leftOut: choice.leftOut,
    range: rangeOf(points),
  };
}

/** What a model says of a place, whatever the machine. */
export interface PlacePrediction {
  /** Of the seconds on a machine of the mean rates. */
  readonly log: number;
  readonly fixedShare: number;
  /** What the half width of the residuals is multiplied by: 1 inside of what was seen. */
  readonly widening: number;
  /** How far, outside of what was seen, forms are apart that did as well inside. */
  readonly apart: number;
}

export interface Prediction {
  /** Of the seconds. */
  readonly log: number;
  readonly widening: number;
  /** Variance of what residuals do not show: a new machine, and forms that part outside of what was seen. */
  readonly variance: number;
}

/** `null` where the curve is not defined. */
export function predictPlace(model: ScalingModel, place: Place): PlacePrediction | null {
  const here = curveAt(model.fit, place);
  if (here === null) return null;
  const distance = distanceFrom(model.range, place);
  const others = distance === 0 ? [] : model.rivals.flatMap((rival) => curveAt(rival, place) ?? []);
  return {
    ...here,
    widening: 1 + model.spread.growth * distance,
    apart: others.reduce((most, { log }) => Math.max(most, Math.abs(log - here.log)), 0),
  };
}

/** `null` where the runs say nothing of that machine. */
export function predictOn(
  model: ScalingModel,
  place: PlacePrediction,
  machine: RatedMachine,
): Prediction | null {
  const factor = factorOf(model.fit, machine, place.fixedShare);
  if (factor === null) return null;
  const strange = model.leftOut === "group" ? 0 : factor.variance;
  return {
    log: place.log + factor.log,
    widening: place.widening,
    variance: place.apart ** 2 + strange,
  };
}

/** Both steps at once. */
export function predictWith(
  model: ScalingModel,
  place: Place,
  machine: RatedMachine,
): Prediction | null {
  const at = predictPlace(model, place);
  return at === null ? null : predictOn(model, at, machine);
}

/** Half of the interval at a level, on the log scale. */
export function halfWidthOf(model: ScalingModel, prediction: Prediction, level: number): number {
  return halfWidthFrom(halfWidth(model.spread, level), prediction, level);
}

/** The same, where the residuals' half width is known already. */
export function halfWidthFrom(residuals: number, prediction: Prediction, level: number): number {
  const seen = residuals * prediction.widening;
  if (prediction.variance === 0) return seen;
  return Math.sqrt(seen * seen + normalHalfWidth(level) ** 2 * prediction.variance);
}
