import * as z from "zod";

/*
 * What a user or a group declares about money. No price list of a provider has it. Each figure tells its source and date.
 */

const Declared = {
  /** Who says so. */
  source: z.string().min(1),
  /** ISO date. */
  date: z.iso.date(),
};
/** ISO 4217, or `SU` for service units. */
const Currency = z.string().min(2);

/** One unit of `from` is `rate` units of `to`. */
export const ExchangeRate = z.object({
  from: Currency,
  to: Currency,
  rate: z.number().positive(),
  ...Declared,
});
export type ExchangeRate = z.infer<typeof ExchangeRate>;

/** What holding one licence token costs; 0 for licences that are paid for anyway. */
export const LicenceRate = z.object({
  /** As in the workload's `licenses`. */
  feature: z.string().min(1),
  perTokenHour: z.number().nonnegative(),
  currency: Currency,
  ...Declared,
});
export type LicenceRate = z.infer<typeof LicenceRate>;

/** What a group's own machines are charged at inside an institution. */
export const OnPremiseRate = z.object({
  perCpuHour: z.number().nonnegative(),
  /**
   * Memory that goes with a cpu: who asks for more is charged for the cpus that it comes with, as Slurm does with `MAX_TRES`. `null`:
   * memory is not charged.
   */
  memoryBytesPerCpu: z.number().positive().nullable(),
  /** Whether machines are given, and charged, whole. */
  wholeMachines: z.boolean(),
  currency: Currency,
  ...Declared,
});
export type OnPremiseRate = z.infer<typeof OnPremiseRate>;

/** An allocation of service units, or a credit: what is drawn before money. */
export const Fund = z.object({
  name: z.string().min(1),
  currency: Currency,
  /** What is left of it. */
  left: z.number().nonnegative(),
  /** Where it can be spent: platforms (`aws`), places (`slurm/mahti`), or `*`. */
  places: z.array(z.string().min(1)).min(1),
  /** The last day on which it can be spent, ISO; `null`: none. */
  expires: z.iso.date().nullable(),
  ...Declared,
});
export type Fund = z.infer<typeof Fund>;
