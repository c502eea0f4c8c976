import * as z from "zod";
import { shown } from "../../base/shown.ts";
import type { Offer } from "../../model/offer.ts";
import { chargedCores, familyOf, type Part, parsePart } from "./gcp-families.ts";
import type { ShapeFacts } from "./price-source.ts";

/** A SKU of the Cloud Billing catalogue (https://cloud.google.com/billing/docs/reference/rest/v1/services.skus). */
export const Sku = z.object({
  description: z.string(),
  category: z.object({
    resourceFamily: z.string(),
    /** `OnDemand`, `Preemptible`, `Commit1Yr`, … */
    usageType: z.string(),
  }),
  serviceRegions: z.array(z.string()),
  /** In order of time; the last one holds. */
  pricingInfo: z.array(
    z.object({
      pricingExpression: z.object({
        usageUnit: z.string(),
        tieredRates: z.array(
          z.object({
            startUsageAmount: z.number(),
            unitPrice: z.object({
              currencyCode: z.string().min(2),
              /** A whole number as text; left out when 0. */
              units: z
                .string()
                .regex(/^-?\d+$/)
                .default("0"),
              nanos: z.int().default(0),
            }),
          }),
        ),
      }),
    }),
  ),
});
export type Sku = z.infer<typeof Sku>;

/** The last page has an empty token or none. Most SKUs are of no interest, and only those that are have to be as documented. */
export const SkuPage = z.object({
  skus: z.array(z.looseObject({ description: z.string().default("") })).default([]),
  nextPageToken: z.string().optional(),
});
export type SkuPage = z.infer<typeof SkuPage>;

/** Prices of one hour: a core, and a GiB of memory. */
const PartPrices = z.object({ core: z.number().optional(), memory: z.number().optional() });
export const FamilyPrices = z.object({
  region: z.string(),
  family: z.string(),
  currency: z.string(),
  onDemand: PartPrices,
  spot: PartPrices,
});
export type FamilyPrices = z.infer<typeof FamilyPrices>;

/** By region and family, as pages add to them. */
export type FamilyPriceMap = Map<string, FamilyPrices>;

/**
 * Adds the prices of cores and memory among a page's SKUs; one without a price leaves its part without. Throws a `RangeError`
 * that names a SKU which is not as documented or is sold by another unit.
 */
export function addSkus(prices: FamilyPriceMap, skus: SkuPage["skus"]): void {
  for (const value of skus) {
    const part = parsePart(value.description);
    if (part === undefined) continue;
    const sku = readSku(value);
    const usage = part.spot ? "Preemptible" : "OnDemand";
    if (sku.category.resourceFamily !== "Compute" || sku.category.usageType !== usage) continue;
    const price = priceOf(sku, part.part);
    for (const region of sku.serviceRegions) addPart(prices, { ...part, ...price, region });
  }
}

interface PartPrice extends Part {
  readonly region: string;
  /** 0: it has no price. */
  readonly perHour: number;
  readonly currency: string;
}

/** A list for a continent may overlap one for a region: the higher, so that a plan does not promise less than the bill. */
function addPart(prices: FamilyPriceMap, { region, family, part, ...price }: PartPrice): void {
  const key = `${region}/${family}`;
  const { currency, perHour } = price;
  const known = prices.get(key) ?? { region, family, currency, onDemand: {}, spot: {} };
  const kind = price.spot ? "spot" : "onDemand";
  const higher = Math.max(perHour, known[kind][part] ?? 0);
  const added = higher === 0 ? known[kind] : { ...known[kind], [part]: higher };
  prices.set(key, { ...known, [kind]: added });
}

function readSku(value: SkuPage["skus"][number]): Sku {
  const { success, data, error } = Sku.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new RangeError(`${shown(value.description)}: ${place}: ${issue?.message ?? "unexpected"}`);
}

/** Units of use and how many of the wanted ones they hold: an hour of a core, of a GiB. */
const unitsOf: Readonly<Record<Part["part"], Readonly<Partial<Record<string, number>>>>> = {
  core: { h: 1 },
  memory: { "GiBy.h": 1, "GBy.h": 1e9 / 2 ** 30 },
};

function priceOf(sku: Sku, part: Part["part"]): { perHour: number; currency: string } {
  const expression = sku.pricingInfo.at(-1)?.pricingExpression;
  if (expression === undefined) return { perHour: 0, currency: "USD" };
  const units = unitsOf[part][expression.usageUnit];
  if (units === undefined)
    throw new RangeError(`${shown(sku.description)} is sold by ${shown(expression.usageUnit)}`);
  const prices = expression.tieredRates.map(({ unitPrice }) => unitPrice);
  // A first step may be free: what is used beyond it counts.
  const highest = Math.max(0, ...prices.map(({ units, nanos }) => Number(units) + nanos / 1e9));
  return { perHour: highest / units, currency: prices[0]?.currencyCode ?? "USD" };
}

/** Why a shape's price cannot be told anywhere; `undefined` where it can. */
export function whyNot(shape: string, facts: ShapeFacts): string | undefined {
  if (familyOf(shape) === undefined) return "the parts of its family's price are not known";
  if (facts.accelerators !== null) return "its accelerators have a price of their own";
  if (facts.diskBytes !== null && facts.diskBytes > 0)
    return "its local disks have a price of their own";
  if (shape.endsWith("-lssd")) return "its local disks have a price of their own";
  return undefined;
}

/**
 * Cores × price + GiB × price, of one machine. `undefined` where its cores or its memory have no price there. `date`: the ISO
 * date on which the catalogue was read.
 */
export function gcpOffer(
  shape: string,
  facts: ShapeFacts,
  { prices, date }: { readonly prices: FamilyPrices; readonly date: string },
): Offer | undefined {
  const cores = chargedCores[shape] ?? facts.cpus;
  const gibibytes = facts.memoryBytes / 2 ** 30;
  const total = ({ core, memory }: FamilyPrices["spot"]): number | null =>
    core === undefined || memory === undefined ? null : rounded(cores * core + gibibytes * memory);
  const pricePerHour = total(prices.onDemand);
  const spotPerHour = total(prices.spot);
  if (pricePerHour === null && spotPerHour === null) return undefined;
  const { region, currency } = prices;
  return {
    ...facts,
    id: `gcp/${region}/${shape}`,
    platform: "gcp",
    region,
    shape,
    pricePerHour,
    spotPerHour,
    currency,
    mostMachines: null,
    mostSeconds: null,
    source: "Google Cloud Billing Catalog API",
    date,
  };
}

/** To a billionth, the finest unit of the catalogue: without what adding binary fractions leaves. */
function rounded(price: number): number {
  return Number(price.toFixed(9));
}
