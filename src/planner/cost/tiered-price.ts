import { AloftError } from "../../base/errors.ts";
import { asInteger, decimalsOf, type Exact, toNumber } from "../../base/money.ts";
import type { TieredPrice } from "../../model/prices.ts";

/** What falls into one tier. */
export interface TierPart {
  readonly bytes: bigint;
  readonly perUnit: number;
}

/**
 * How `bytes` more fall into the tiers of a price, after `used` bytes in the same month; tiers that get nothing are left out.
 * `null` where they go past the last tier, of which the price tells nothing. Throws `bad-input` for tiers that do not ascend.
 */
export function tierParts(price: TieredPrice, bytes: number, used = 0): TierPart[] | null {
  const start = whole(used);
  const end = start + whole(bytes);
  let from = 0n;
  const parts: TierPart[] = [];
  for (const { upTo, perUnit } of price.tiers) {
    const to = upTo === null ? null : whole(upTo);
    if (to !== null && to <= from)
      throw new AloftError("bad-input", `the tiers of a price from ${price.source} do not ascend`, {
        hint: "order them by `upTo`, and give the last one none",
      });
    const low = start > from ? start : from;
    const high = to === null || end < to ? end : to;
    if (high > low) parts.push({ bytes: high - low, perUnit });
    if (to === null) return parts;
    from = to;
  }
  return end <= from ? parts : null;
}

/**
 * The exact price of `bytes` more after `used` bytes in the same month; `null` past the last tier. Amounts of one
 * `TieredPrice` share their denominator, so they add up by their numerators. Providers round to their smallest coin only on the month's
 * bill, which is not done here.
 */
export function exactPrice(price: TieredPrice, bytes: number, used = 0): Exact | null {
  const parts = tierParts(price, bytes, used);
  if (parts === null) return null;
  const decimals = Math.max(...price.tiers.map(({ perUnit }) => decimalsOf(perUnit)));
  const amounts = parts.map(({ bytes, perUnit }) => bytes * asInteger(perUnit, decimals));
  return {
    numerator: amounts.reduce((sum, amount) => sum + amount, 0n),
    denominator: whole(price.unitBytes) * 10n ** BigInt(decimals),
  };
}

/**
 * `exactPrice` as the nearest double. It takes microseconds: ask once for each place and amount, which many offers
 * share, not once for each offer.
 */
export function priceOf(price: TieredPrice, bytes: number, used = 0): number | null {
  const exact = exactPrice(price, bytes, used);
  return exact === null ? null : toNumber(exact);
}

/** Estimated bytes may have fractions; a bill counts whole ones. */
function whole(bytes: number): bigint {
  if (!(bytes >= 0 && bytes < Number.POSITIVE_INFINITY))
    throw new AloftError("bad-input", `${bytes} is not an amount of bytes`, {
      hint: "give a number, zero or more",
    });
  return BigInt(Math.round(bytes));
}
