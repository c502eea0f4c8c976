import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import { formatMoney } from "../../base/money.ts";
import type { Estimate, Term } from "../../model/estimate.ts";
import type { TieredPrice } from "../../model/prices.ts";
import { mapped, nothing, product } from "../estimate-arithmetic.ts";
import { written } from "../estimate-text.ts";
import { times } from "./compute-price.ts";
import { type Convert, exchangeEvidence, learnRate } from "./currency.ts";
import { priceEstimate, tierEvidence, tierText } from "./priced-bytes.ts";

/**
 * The month that providers' calculators take for prices each month: 730 hours, a twelfth of 365 days. Bills prorate by the
 * true month, 672 to 744 hours, so a price can be off by −2 to +9 %.
 */
export const monthSeconds = 730 * 3600;

export interface StorageQuestion {
  /** `null`: unknown. */
  readonly bytes: Estimate | null;
  /** How long it is kept. `null`: unknown. */
  readonly seconds: Estimate | null;
  /** Each unit and month; `null`: unknown. */
  readonly price: TieredPrice | null;
  /** Bytes that are stored there already. */
  readonly used: number;
  readonly convert: Convert;
  readonly currency: string;
  /** What would make an unknown size, time or price known. */
  readonly learn: string;
}

/** The price of a month for the amount, times the part of a month. Size and time are taken as independent. */
export function storageCost(question: StorageQuestion): Estimate | null {
  const { bytes, seconds, price, used, convert } = question;
  if (bytes?.high === 0) return nothing;
  if (bytes === null || seconds === null || price === null) return null;
  const month = priceEstimate({ bytes, price, used });
  const conversion = convert(price.currency);
  if (month === null || conversion === null) return null;
  return product(
    month,
    mapped(seconds, (one) => (one / monthSeconds) * conversion.factor),
  );
}

/** `storageCost` with its formula and evidence. */
export function explainStorage(question: StorageQuestion): Term {
  const { bytes, seconds, price, used, convert, currency, learn } = question;
  if (bytes?.high === 0) return { estimate: nothing, formula: "nothing is stored", evidence: [] };
  const size = bytes === null ? "unknown size" : written(bytes, formatBytes);
  const time = seconds === null ? "unknown time" : written(seconds, formatDuration);
  const unknown = { estimate: null, formula: `${size} for ${time}`, evidence: [] };
  if (bytes === null || seconds === null || price === null) return { ...unknown, learn };
  const evidence = [tierEvidence("storage each month", price)];
  const conversion = convert(price.currency);
  const estimate = storageCost(question);
  if (conversion === null)
    return { ...unknown, evidence, learn: learnRate(price.currency, currency) };
  if (estimate === null) return { ...unknown, evidence, learn };
  const rate = `${tierText({ bytes, price, used })} and month${times(conversion, price.currency, currency)}`;
  return {
    estimate,
    formula: `${rate} × ${time} of 730 h = ${written(estimate, (one) => formatMoney(one, currency))}`,
    evidence: [...evidence, ...exchangeEvidence(conversion)],
  };
}
