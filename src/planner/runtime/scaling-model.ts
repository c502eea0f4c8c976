import { type ChosenForms, chooseForm } from "./form-choice.ts";
import { halfWidth, normalHalfWidth, type Spread, spreadOf } from "./intervals.ts";
import type { RatedMachine } from "./roofline.ts";
import { type FitContext, fitScaling, predictScaling, type ScalingFit } from "./scaling-fit.ts";
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

export interface Prediction {
  /** Of the seconds. */
  readonly log: number;
  /** What the half width of the residuals is multiplied by: 1 inside of what was seen. */
  readonly widening: number;
  /** Standard deviation of what residuals do not show: a new machine, and forms that part outside of what was seen. */
  readonly deviation: number;
}

/** What the model says of a place on a machine; `null` where it says nothing. */
export function predictWith(
  model: ScalingModel,
  place: Place,
  machine: RatedMachine,
): Prediction | null {
  const predicted = predictScaling(model.fit, place, machine);
  if (predicted === null) return null;
  const distance = distanceFrom(model.range, place);
  let apart = 0;
  if (distance > 0)
    for (const rival of model.rivals) {
      const other = predictScaling(rival, place, machine);
      if (other !== null) apart = Math.max(apart, Math.abs(other.log - predicted.log));
    }
  const machineVariance = model.leftOut === "group" ? 0 : predicted.variance;
  return {
    log: predicted.log,
    widening: 1 + model.spread.growth * distance,
    deviation: Math.sqrt(apart * apart + machineVariance),
  };
}

/** Half of the interval at a level, on the log scale. */
export function halfWidthOf(model: ScalingModel, prediction: Prediction, level: number): number {
  return Math.hypot(
    halfWidth(model.spread, level) * prediction.widening,
    normalHalfWidth(level) * prediction.deviation,
  );
}
