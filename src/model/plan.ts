import * as z from "zod";
import { EngineName, Level } from "./level.ts";
import { Prediction } from "./run.ts";

/** A reason for refusing a candidate: a stable code and a sentence. */
export const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** A level and engine on a platform: one row of a plan. */
export const Candidate = z.object({
  platform: z.string(),
  level: Level,
  engine: EngineName,
  /** `null` is unknown: no past run of this workload there. */
  predicted: Prediction.nullable(),
  /** Why it stands where it stands. */
  reasons: z.array(z.string()),
  refusals: z.array(Refusal),
});
export type Candidate = z.infer<typeof Candidate>;

/** Candidates, the best first; refused ones last, each with every reason. */
export const Plan = z.object({
  workload: z.string(),
  fingerprint: z.string(),
  candidates: z.array(Candidate),
  /** Where a prediction is missing: the command that would give one. */
  advice: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;
