import { formatMoney } from "../../base/money.ts";
import type { Fund } from "../../model/cost-settings.ts";
import type { Estimate, Evidence } from "../../model/estimate.ts";
import type { Place } from "../../model/network-path.ts";
import { holds, patternsOf } from "../data/place.ts";
import { mapped, nothing } from "../estimate-arithmetic.ts";
import { type Convert, exchangeEvidence, learnRate } from "./currency.ts";

/** What is charged: at a place, on a day, in the currency of its price. */
export interface Charged {
  readonly place: Place;
  readonly currency: string;
  /** ISO date of the charge. */
  readonly on: string;
}

/**
 * The funds that can pay a charge, in the order in which they are drawn: what expires first, so that least is lost; of those the one that
 * can be spent in the fewest places; then by name.
 */
export function fundsFor(charged: Charged, funds: readonly Fund[]): Fund[] {
  const { place, currency, on } = charged;
  return funds
    .filter((fund) => fund.currency === currency && fund.left > 0)
    .filter(({ expires }) => expires === null || expires >= on)
    .filter(({ places }) => places.some((pattern) => holds(pattern, place)))
    .toSorted(
      (a, b) =>
        lastDay(a).localeCompare(lastDay(b)) ||
        breadth(a, place) - breadth(b, place) ||
        a.name.localeCompare(b.name),
    );
}

function lastDay({ expires }: Fund): string {
  return expires ?? "9999-12-31";
}

/** 0 for a fund of this place alone, more for one of its platform or of everything. */
function breadth({ places }: Fund, place: Place): number {
  return patternsOf(place).findIndex((pattern) => places.includes(pattern));
}

/** What one fund pays. */
export interface Draw {
  readonly fund: Fund;
  readonly amount: number;
  /** What is left of it afterwards. */
  readonly left: number;
}

/** Draws an amount from funds in their order; `due` is what none of them covers. */
export function draw(
  amount: number,
  funds: readonly Fund[],
): { readonly draws: Draw[]; readonly due: number } {
  const draws: Draw[] = [];
  let due = amount;
  for (const fund of funds) {
    if (due <= 0) break;
    const part = Math.min(due, fund.left);
    draws.push({ fund, amount: part, left: fund.left - part });
    due -= part;
  }
  return { draws, due };
}

/** How a cost is paid. */
export interface Payment {
  /** For the median cost. */
  readonly draws: readonly Draw[];
  /** What has to be paid with money, in the plan's currency; `null`: unknown. */
  readonly due: Estimate | null;
  /** What no fund covers, in the currency of the charge. */
  readonly short: Estimate;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly learn?: string;
}

export interface PaymentQuestion extends Charged {
  /** In the currency of the charge. */
  readonly cost: Estimate;
  readonly funds: readonly Fund[];
  readonly convert: Convert;
  /** The plan's. */
  readonly planCurrency: string;
}

/**
 * Pays a cost from allocations and credits before money. What is due never falls with the cost, so its points are the cost's. Where
 * what is left has no exchange rate (service units, mostly) the money is unknown; where funds cover the median cost it is nothing, and
 * `short` tells by how much a bad case outgrows them.
 */
export function payFrom(question: PaymentQuestion): Payment {
  const { cost, currency, planCurrency, convert } = question;
  const funds = fundsFor(question, question.funds);
  const { draws } = draw(cost.median, funds);
  const short = mapped(cost, (one) => draw(one, funds).due);
  const text = [...draws.map((one) => drawText(one, currency)), shortText(short.median, currency)];
  const base = {
    draws,
    short,
    text: text.filter((one) => one !== "").join("; ") || "nothing to pay",
  };
  const evidence = draws.map(({ fund }) => fundEvidence(fund));
  const conversion = convert(currency);
  if (conversion !== null) {
    const due = mapped(short, (one) => one * conversion.factor);
    const rates = due.high > 0 ? exchangeEvidence(conversion) : [];
    return { ...base, due, evidence: [...evidence, ...rates] };
  }
  if (short.median > 0)
    return { ...base, due: null, evidence, learn: learnRate(currency, planCurrency) };
  return { ...base, due: nothing, evidence: [...evidence, ...badCase(short, currency)] };
}

function drawText({ fund, amount, left }: Draw, currency: string): string {
  return `${formatMoney(amount, currency)} from ${fund.name}, which has ${formatMoney(left, currency)} left`;
}

function shortText(amount: number, currency: string): string {
  return amount > 0 ? `${formatMoney(amount, currency)} not covered` : "";
}

function fundEvidence({ name, left, currency, expires, source, date }: Fund): Evidence {
  const until = expires === null ? "" : ` until ${expires}`;
  return {
    kind: "declared",
    text: `${name}: ${formatMoney(left, currency)}${until}, ${source}`,
    date,
  };
}

function badCase({ high }: Estimate, currency: string): Evidence[] {
  if (high <= 0) return [];
  const text = `in one of ten cases ${formatMoney(high, currency)} or more are not covered`;
  return [{ kind: "assumed", text }];
}
