import * as z from "zod";

/** Where offers come from: the starter catalogue, a file that was imported, or an update of prices. */
export const OfferSource = z.object({
  name: z.string().min(1),
  /** The file that holds it. */
  file: z.string(),
  offers: z.number().int().nonnegative(),
  /** ISO dates of its oldest and newest price; `null` where there are no offers. */
  oldest: z.iso.date().nullable(),
  newest: z.iso.date().nullable(),
  /** Why none of it is used; `null`: it is sound. */
  problem: z.string().nullable(),
});
export type OfferSource = z.infer<typeof OfferSource>;

/** What is wrong with a row of the catalogue. */
export const findingCodes = [
  "stale",
  "future-date",
  "zero-price",
  "spot-dearer",
  "odd-price",
  "odd-memory",
  "odd-clock",
  "conflict",
] as const;
export const FindingCode = z.enum(findingCodes);
export type FindingCode = z.infer<typeof FindingCode>;

export const Finding = z.object({
  code: FindingCode,
  /** The offer's id. */
  offer: z.string(),
  source: z.string(),
  /** One sentence with the numbers in it. */
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** What an import has done. */
export const ImportedOffers = z.object({
  source: OfferSource,
  /** Rows of the file that are no offers: why, and how many. */
  skipped: z.array(z.object({ why: z.string(), rows: z.number().int().positive() })),
});
export type ImportedOffers = z.infer<typeof ImportedOffers>;
