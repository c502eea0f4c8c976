import * as z from "zod";
import { Estimate, Evidence } from "./estimate.ts";

/**
 * Where data can be: `here` (where Aloft's user is), `internet`, or a platform with its region: `aws/us-east-1`, `slurm/mahti`. A pattern of
 * places is one of these, a platform (`aws`: all of its regions), or `*`.
 */
export const Place = z.string().min(1);
export type Place = z.infer<typeof Place>;

/** How fast data goes from one place to another. The way back is another path: few lines are as fast both ways. */
export const NetworkPath = z.object({
  /** Patterns of places. */
  from: Place,
  to: Place,
  bitsPerSecond: Estimate,
  /** Until the first byte arrives; 0 where that does not matter. */
  latencySeconds: z.number().nonnegative(),
  evidence: Evidence,
});
export type NetworkPath = z.infer<typeof NetworkPath>;
