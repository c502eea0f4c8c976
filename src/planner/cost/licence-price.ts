import { formatDuration } from "../../base/durations.ts";
import { formatMoney } from "../../base/money.ts";
import type { LicenceRate } from "../../model/cost-settings.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import { mapped, nothing } from "../estimate-arithmetic.ts";
import { written } from "../estimate-text.ts";
import { times } from "./compute-price.ts";
import { type Convert, exchangeEvidence, learnRate } from "./currency.ts";

export interface LicenceQuestion {
  /** Tokens by feature: the workload's `licenses`. */
  readonly tokens: Readonly<Record<string, number>>;
  readonly rates: readonly LicenceRate[];
  /** Seconds that they are held; `null`: unknown. */
  readonly held: Estimate | null;
  readonly convert: Convert;
  readonly currency: string;
}

/** Tokens × hours × rate, over all features; `null` where a rate is not declared, in a currency that has none, or the time is unknown. */
export function licenceCost({ tokens, rates, held, convert }: LicenceQuestion): Estimate | null {
  let perHour = 0;
  for (const [feature, count] of Object.entries(tokens)) {
    const rate = rates.find((one) => one.feature === feature);
    const conversion = rate === undefined ? null : convert(rate.currency);
    if (rate === undefined || conversion === null) return null;
    perHour += count * rate.perTokenHour * conversion.factor;
  }
  if (perHour === 0) return nothing;
  return held === null ? null : mapped(held, (seconds) => (seconds / 3600) * perHour);
}

/** `licenceCost` with its formula and evidence. */
export function explainLicence(question: LicenceQuestion): Term {
  const parts = Object.entries(question.tokens).map(([feature, count]) =>
    featureText(feature, count, question),
  );
  if (parts.length === 0)
    return { estimate: nothing, formula: "no licence is asked for", evidence: [] };
  const estimate = licenceCost(question);
  const { held, currency } = question;
  const time = held === null ? "unknown time" : written(held, formatDuration);
  const sum = parts.map(({ text }) => text).join(" + ");
  const money =
    estimate === null ? "" : ` = ${written(estimate, (one) => formatMoney(one, currency))}`;
  const learn =
    estimate === null
      ? (parts.find((part) => part.learn !== null)?.learn ?? "`aloft trial FILE`")
      : null;
  return {
    estimate,
    formula: `(${sum}) × ${time}${money}`,
    evidence: parts.flatMap(({ evidence }) => evidence),
    ...(learn === null ? {} : { learn }),
  };
}

interface FeatureText {
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly learn: string | null;
}

function featureText(feature: string, count: number, question: LicenceQuestion): FeatureText {
  const rate = question.rates.find((one) => one.feature === feature);
  if (rate === undefined)
    return {
      text: `${count} ${feature} at an unknown rate`,
      evidence: [],
      learn: `declare what a token of ${feature} costs each hour, with its source and date; 0 where it is paid for anyway`,
    };
  const { perTokenHour, currency, source, date } = rate;
  const conversion = question.convert(currency);
  const each = formatMoney(perTokenHour, currency);
  const declared: Evidence = {
    kind: "declared",
    text: `a token of ${feature}: ${each} an hour, ${source}`,
    date,
  };
  const text = `${count} ${feature} × ${each} an hour`;
  return conversion === null
    ? { text, evidence: [declared], learn: learnRate(currency, question.currency) }
    : {
        text: `${text}${times(conversion, currency, question.currency)}`,
        evidence: [declared, ...exchangeEvidence(conversion)],
        learn: null,
      };
}
