import * as z from "zod";
import { OfferSource } from "./catalog.ts";

/** Who has a public price interface that we read. Each is a platform of offers, and the name of its source. */
export const priceProviders = ["aws", "gcp", "azure"] as const;
export const PriceProvider = z.enum(priceProviders);
export type PriceProvider = z.infer<typeof PriceProvider>;

/** What is to be read of a provider's prices. */
export const CatalogUpdate = z.strictObject({
  provider: PriceProvider,
  /** In the provider's words; none means all. */
  regions: z.array(z.string().min(1).max(100)).max(1000).default([]),
  /** Instead of the provider's own address: a mirror, a proxy, a test. */
  endpoint: z.string().min(1).max(2000).optional(),
  /** A file that the server can read and that holds Google's API key; absolute. */
  apiKeyFile: z.string().startsWith("/").optional(),
  /** Spot prices of AWS, which come from another place than its price list. */
  spot: z.boolean().default(true),
  /** Begins anew instead of going on where an interrupted update was. */
  fresh: z.boolean().default(false),
});
export type CatalogUpdate = z.infer<typeof CatalogUpdate>;

/** Shapes that the provider sells and that give no offer, for one reason. */
export const LeftOut = z.object({
  reason: z.string(),
  shapes: z.array(z.string()),
  /** `*`: everywhere. */
  regions: z.array(z.string()),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** What an update has done. */
export const UpdatedOffers = z.object({
  source: OfferSource,
  /** Offers that were read, in how many regions. */
  offers: z.int().positive(),
  regions: z.array(z.string()),
  /** Offers of regions that were not asked for, as they were. */
  kept: z.int().nonnegative(),
  leftOut: z.array(LeftOut),
});
export type UpdatedOffers = z.infer<typeof UpdatedOffers>;

/** What an update tells while it goes on. */
export interface UpdateEvent {
  /** What is being read: a region, `*` for all regions. */
  readonly place?: string;
  /** Read since the update was asked for, and offers found, those from before an interruption included. */
  readonly bytes?: number;
  readonly offers?: number;
  /** Why nothing is read for a moment, and for how many seconds. */
  readonly waiting?: { readonly reason: string; readonly seconds: number };
  /** A sentence that a person should see. */
  readonly notice?: string;
}
