import * as z from "zod";
import { CostTerm, Estimate, Term, TimeTerm } from "./estimate.ts";
import { EngineName, Level } from "./level.ts";
import { Prediction } from "./run.ts";

/** A reason for refusing a candidate, or a warning about one: a stable code and a sentence. */
export const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** A level on a platform: one row of a plan. */
export const Candidate = z.object({
  /** Names the row for `--explain`: `local/crun`, `aws/us-east-1/c7i.4xlarge/container`, with `+spot` where it may be interrupted. */
  id: z.string(),
  platform: z.string(),
  /** `null` on this machine. */
  region: z.string().nullable(),
  shape: z.string().nullable(),
  level: Level,
  /** `null` where the platform's own machine is the level, or where nobody has chosen one yet. */
  engine: EngineName.nullable(),
  spot: z.boolean(),
  machines: z.number().int().positive(),
  /** Cpus of all machines together. */
  cpus: z.number().positive(),
  /** Aloft can start it now; the others are known by their prices only. */
  runnable: z.boolean(),
  /** `null` is unknown: no past run of this workload there. */
  predicted: Prediction.nullable(),
  /** Each term in seconds. */
  time: z.record(TimeTerm, Term),
  /** Time to the result in seconds; `null` where a term is unknown. */
  seconds: Estimate.nullable(),
  /** The medians of the known terms together. */
  atLeastSeconds: z.number().nonnegative(),
  /** Each term in the plan's currency. */
  cost: z.record(CostTerm, Term),
  /** In the plan's currency; `null` where a term is unknown. */
  price: Estimate.nullable(),
  /** The medians of the known terms together; `null` where not even the compute time has a price. */
  atLeastPrice: z.number().nonnegative().nullable(),
  /** Of one hour on all its machines; `null` is unknown. */
  hourlyPrice: z.number().nonnegative().nullable(),
  /** No other candidate is both faster and cheaper. `null` where time or price is unknown. */
  undominated: z.boolean().nullable(),
  /** Why it stands where it stands. */
  reasons: z.array(z.string()),
  warnings: z.array(Refusal),
  refusals: z.array(Refusal),
});
export type Candidate = z.infer<typeof Candidate>;

/** One on this machine: an engine is chosen, and Aloft can start it where nothing refuses it. */
export type LocalCandidate = Candidate & { readonly engine: EngineName };

export function isLocal(candidate: Candidate): candidate is LocalCandidate {
  return candidate.engine !== null;
}

/** What comes first. `deadline`: the least cost that is in time; `budget`: the least time that can be paid. */
export const Ranking = z.enum(["fastest", "cheapest", "deadline", "budget", "pareto"]);
export type Ranking = z.infer<typeof Ranking>;

/** Candidates, the best first; refused ones last, each with every reason. */
export const Plan = z.object({
  workload: z.string(),
  fingerprint: z.string(),
  objective: Ranking,
  /** Of every price in it. */
  currency: z.string(),
  candidates: z.array(Candidate),
  /** What was asked about by name, whether it is possible or not. */
  about: z.array(Candidate),
  /** What was looked at, for the candidates shown are only the best. */
  considered: z.object({
    offers: z.number().int().nonnegative(),
    candidates: z.number().int().nonnegative(),
    feasible: z.number().int().nonnegative(),
  }),
  /** How many candidates each reason refused, the most frequent first. A candidate counts for each of its reasons. */
  refused: z.array(
    z.object({ code: z.string(), count: z.number().int().positive(), example: z.string() }),
  ),
  /** Where a prediction is missing: the command that would give one. */
  advice: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;
