import * as z from "zod";
import { forecastTerms } from "./forecast.ts";
import { EngineName, Level } from "./level.ts";

/** How well one term of time was predicted on one engine. */
export const Score = z.object({
  platform: z.string(),
  level: Level,
  engine: EngineName,
  term: z.enum(forecastTerms),
  /** Runs that had a prediction. */
  runs: z.number().int().nonnegative(),
  /** Runs of which it was unknown, and so told. */
  unknown: z.number().int().nonnegative(),
  /** Median of |actual − predicted| / predicted; `null` without a predicted run. */
  medianError: z.number().nonnegative().nullable(),
  /** Median of actual / predicted: above 1, runs take longer than was said. */
  bias: z.number().nonnegative().nullable(),
  /** The part of the runs whose fact lay within the 10 and 90 % points; 0.8 is right. */
  coverage: z.number().min(0).max(1).nullable(),
});
export type Score = z.infer<typeof Score>;

export const Accuracy = z.object({
  /** Runs that were looked at, the newest ones. */
  runs: z.number().int().nonnegative(),
  /** Seconds since the epoch of the oldest of them. */
  since: z.number().nullable(),
  scores: z.array(Score),
});
export type Accuracy = z.infer<typeof Accuracy>;
