import * as z from "zod";

/** One step of a price by amount: what lies below `upTo` costs `perUnit` for each unit of bytes. */
export const Tier = z.object({
  /** Cumulative bytes of the calendar month; `null`: no end. */
  upTo: z.number().positive().nullable(),
  perUnit: z.number().nonnegative(),
});
export type Tier = z.infer<typeof Tier>;

/** A price by cumulative amount of one month. */
export const TieredPrice = z.object({
  /** Bytes of one unit: 10⁹ or 2³⁰, as the provider counts a "GB". */
  unitBytes: z.number().positive(),
  tiers: z.array(Tier).min(1),
  currency: z.string().min(2),
  source: z.string().min(1),
  date: z.iso.date(),
});
export type TieredPrice = z.infer<typeof TieredPrice>;

/** What a platform charges for data in one region; `null` is unknown. */
export const DataPrices = z.object({
  platform: z.string().min(1),
  /** `*`: every region of the platform that has no row of its own. */
  region: z.string().min(1),
  /** Out to the internet. */
  egress: TieredPrice.nullable(),
  /** In from the internet. */
  ingress: TieredPrice.nullable(),
  /** To another region of the same platform. */
  interRegion: TieredPrice.nullable(),
  /** Each unit and month. */
  objectStorage: TieredPrice.nullable(),
  blockStorage: TieredPrice.nullable(),
});
export type DataPrices = z.infer<typeof DataPrices>;
