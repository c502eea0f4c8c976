import { formatBytes } from "../../base/bytes.ts";
import { formatMoney } from "../../base/money.ts";
import type { Estimate, Evidence } from "../../model/estimate.ts";
import type { TieredPrice } from "../../model/prices.ts";
import { priceOf, tierParts } from "./tiered-price.ts";

/** An amount at a price by tiers. */
export interface PricedBytes {
  readonly bytes: Estimate;
  readonly price: TieredPrice;
  /** Bytes of the same month before these. */
  readonly used: number;
}

/** The price never falls with the amount, so the points of one are those of the other; `null` past the last tier. */
export function priceEstimate({ bytes, price, used }: PricedBytes): Estimate | null {
  const low = priceOf(price, bytes.low, used);
  const median = priceOf(price, bytes.median, used);
  const high = priceOf(price, bytes.high, used);
  return low === null || median === null || high === null ? null : { low, median, high };
}

/** `9.90 TiB × 0.09 + 50.0 TiB × 0.085 USD per GiB`, for the median amount. */
export function tierText({ bytes, price, used }: PricedBytes): string {
  const parts = tierParts(price, bytes.median, used) ?? [];
  const sum = parts.map(({ bytes, perUnit }) => `${formatBytes(Number(bytes))} × ${perUnit}`);
  return `${sum.join(" + ") || "nothing"} ${price.currency} per ${unitName(price.unitBytes)}`;
}

function unitName(bytes: number): string {
  if (bytes === 1e9) return "GB";
  return bytes === 2 ** 30 ? "GiB" : `${bytes} bytes`;
}

export function tierEvidence(
  what: string,
  { source, date, tiers, currency }: TieredPrice,
): Evidence {
  const rates = tiers.map(({ perUnit }) => formatMoney(perUnit, currency)).join(", ");
  return { kind: "published", text: `${what}: ${rates} by amount, ${source}`, date };
}
