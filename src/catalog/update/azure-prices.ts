import * as z from "zod";
import type { Offer } from "../../model/offer.ts";
import type { ShapeFacts } from "./price-source.ts";

/**
 * A price of the Azure Retail Prices API
 * (https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices). `armSkuName` is the shape, `skuName`
 * says how it is rented: "D4s v5", "D4s v5 Spot", "D4s v5 Low Priority".
 */
export const AzureItem = z.object({
  armSkuName: z.string().min(1),
  armRegionName: z.string().min(1),
  skuName: z.string(),
  productName: z.string(),
  meterName: z.string(),
  unitOfMeasure: z.string(),
  type: z.string(),
  retailPrice: z.number().nonnegative(),
  currencyCode: z.string().min(2),
  tierMinimumUnits: z.number(),
  effectiveStartDate: z.iso.datetime({ offset: true }),
  isPrimaryMeterRegion: z.boolean(),
});
export type AzureItem = z.infer<typeof AzureItem>;

/** Items of test regions lack names, without which Windows cannot be told from Linux: only those that have them are read. */
const Named = z.looseObject({
  armSkuName: z.string().min(1),
  productName: z.string().min(1),
  type: z.literal("Consumption"),
});

/** The last page has no link to a next one. */
export const AzurePage = z.object({
  Items: z.array(z.unknown()),
  NextPageLink: z.string().nullish(),
});

/** One price of a shape, with what decides between two of them. */
export const AzurePrice = z.object({
  perHour: z.number().positive(),
  currency: z.string(),
  primary: z.boolean(),
  /** ISO time from which it holds. */
  from: z.string(),
});
export type AzurePrice = z.infer<typeof AzurePrice>;

/** What one region sells a shape for. */
export const AzureShapePrices = z.object({
  region: z.string(),
  shape: z.string(),
  onDemand: AzurePrice.optional(),
  spot: AzurePrice.optional(),
});
export type AzureShapePrices = z.infer<typeof AzureShapePrices>;

/** Prices by region and shape, as pages add to them. */
export type AzurePrices = Map<string, AzureShapePrices>;

/**
 * Adds a page's hourly prices of Linux machines. Prices that hold only after `now` (ISO time) are left out. Throws a `RangeError`
 * that names the item and field for one that is not as documented.
 */
export function addItems(prices: AzurePrices, items: readonly unknown[], now: string): void {
  for (const [index, value] of items.entries()) {
    if (!Named.safeParse(value).success) continue;
    const item = readItem(value, index);
    if (!isWanted(item) || Date.parse(item.effectiveStartDate) > Date.parse(now)) continue;
    const { armRegionName: region, armSkuName: shape } = item;

    const key = `${region}/${shape}`;
    const known = prices.get(key) ?? { region, shape };
    const kind = /\bspot\b/i.test(item.skuName) ? "spot" : "onDemand";
    prices.set(key, { ...known, [kind]: better(known[kind], priceOf(item)) });
  }
}

function readItem(value: unknown, index: number): AzureItem {
  const { success, data, error } = AzureItem.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = ["Items", index, ...(issue?.path ?? [])].join(".");
  throw new RangeError(`${place}: ${issue?.message ?? "unexpected"}`);
}

/** Low priority was the form of spot machines for Azure Batch; dedicated hosts are rented whole, without a machine on them. */
function isWanted(item: AzureItem): boolean {
  const name = `${item.skuName} ${item.meterName}`;
  return (
    item.unitOfMeasure === "1 Hour" &&
    item.tierMinimumUnits === 0 &&
    item.retailPrice > 0 &&
    !/ Win|Cloud ?Services|Dedicated Host/.test(item.productName) &&
    !/Low Priority|Expired/.test(name)
  );
}

function priceOf(item: AzureItem): AzurePrice {
  return {
    perHour: item.retailPrice,
    currency: item.currencyCode,
    primary: item.isPrimaryMeterRegion,
    from: new Date(item.effectiveStartDate).toISOString(),
  };
}

/** The meter that is billed, then the newer price, then the higher one: a plan must not promise less than the bill. */
function better(one: AzurePrice | undefined, other: AzurePrice): AzurePrice {
  if (one === undefined) return other;
  if (one.primary !== other.primary) return one.primary ? one : other;
  if (one.from !== other.from) return one.from > other.from ? one : other;
  return one.perHour >= other.perHour ? one : other;
}

/** `date`: the ISO date on which the provider was asked; its prices are those of that day, however old. */
export function azureOffer(prices: AzureShapePrices, facts: ShapeFacts, date: string): Offer {
  const { region, shape, onDemand, spot } = prices;
  return {
    ...facts,
    id: `azure/${region}/${shape}`,
    platform: "azure",
    region,
    shape,
    pricePerHour: onDemand?.perHour ?? null,
    spotPerHour: spot?.perHour ?? null,
    currency: (onDemand ?? spot)?.currency ?? "USD",
    mostMachines: null,
    mostSeconds: null,
    source: "Azure Retail Prices API",
    date,
  };
}
