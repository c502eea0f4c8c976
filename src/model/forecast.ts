import * as z from "zod";
import { Estimate, type Term, type TimeTerm } from "./estimate.ts";

/**
 * What was predicted of a run, by the states that it goes through, so that each can be held against the fact. In seconds; `null`
 * was unknown.
 */
export const Forecast = z.object({
  queued: Estimate.nullable(),
  /** Making the image ready and copying the inputs. */
  staging: Estimate.nullable(),
  starting: Estimate.nullable(),
  running: Estimate.nullable(),
});
export type Forecast = z.infer<typeof Forecast>;

export const forecastTerms = ["queued", "staging", "starting", "running"] as const;

/** From the terms of a plan. Image and inputs are one state of a run: their points are added, as one follows the other's size. */
export function forecastOf(time: Readonly<Record<TimeTerm, Term>>): Forecast {
  return {
    queued: time.queue.estimate,
    staging: added(time.image.estimate, time.stageIn.estimate),
    starting: time.provision.estimate,
    running: time.run.estimate,
  };
}

function added(one: Estimate | null, other: Estimate | null): Estimate | null {
  if (!one || !other) return null;
  return {
    median: one.median + other.median,
    low: one.low + other.low,
    high: one.high + other.high,
  };
}
