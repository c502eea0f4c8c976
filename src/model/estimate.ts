import * as z from "zod";

/** A quantity that is not known exactly: it is below `low` one time in ten, and above `high` one time in ten. */
export const Estimate = z.object({ median: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof Estimate>;

/**
 * What an estimate rests on, the strongest first: measured here and now, past runs, what the user declared, a provider's or
 * paper's published figure, or an assumption that is told as such.
 */
export const evidenceKinds = ["measured", "history", "declared", "published", "assumed"] as const;

export const Evidence = z.object({
  kind: z.enum(evidenceKinds),
  /** One sentence: what was seen, how often, where it is from. */
  text: z.string(),
  /** ISO date of the figure, where it has one. */
  date: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** One summand of a time or a cost. An unknown one is never filled in: it tells how it can be learned. */
export const Term = z.object({
  /** `null` is unknown. Seconds for times, the plan's currency for costs. */
  estimate: Estimate.nullable(),
  /** How it was computed, with the numbers in it. */
  formula: z.string(),
  evidence: z.array(Evidence),
  /** For an unknown one: the command or field that would make it known. */
  learn: z.string().optional(),
});
export type Term = z.infer<typeof Term>;

/** The way from the request to the result, in its order. All in seconds. */
export const timeTerms = ["queue", "provision", "image", "stageIn", "run", "stageOut"] as const;
export const TimeTerm = z.enum(timeTerms);
export type TimeTerm = z.infer<typeof TimeTerm>;

/** What a run is charged for, in the plan's currency. */
export const costTerms = ["compute", "storage", "transfer", "licence"] as const;
export const CostTerm = z.enum(costTerms);
export type CostTerm = z.infer<typeof CostTerm>;
