import { formatDuration } from "../../base/durations.ts";
import { formatMoney } from "../../base/money.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import type { Billing, Offer } from "../../model/offer.ts";
import { mapped } from "../estimate-arithmetic.ts";
import { written } from "../estimate-text.ts";
import { type Conversion, type Convert, exchangeEvidence, learnRate } from "./currency.ts";
import { expectedSeconds, type Interruptions } from "./interruptions.ts";

export type Market = "on-demand" | "spot";

/** Seconds that one machine is charged for when it was held for some: a machine that was started at all costs its minimum. */
export function billedSeconds(
  held: number,
  { granularitySeconds, minimumSeconds }: Billing,
): number {
  // A division that is whole but for rounding must not start another unit.
  const units = Math.ceil(held / granularitySeconds - 1e-9);
  return Math.max(minimumSeconds, units * granularitySeconds);
}

/** What one machine costs each hour, in the offer's own currency; `null`: not offered like this, or not told. */
export function pricePerHour(offer: Offer, market: Market): number | null {
  return market === "spot" ? offer.spotPerHour : offer.pricePerHour;
}

export interface MachineRate extends Billing {
  /** All machines together, in the plan's currency. */
  readonly perHour: number;
}

export interface Rented {
  readonly offer: Offer;
  readonly machines: number;
  readonly market: Market;
  /** Into the plan's currency. */
  readonly convert: Convert;
}

/** What the machines of a candidate cost, or `null` where there is no price or no exchange rate. */
export function machineRate({ offer, machines, market, convert }: Rented): MachineRate | null {
  const price = pricePerHour(offer, market);
  const conversion = price === null ? null : convert(offer.currency);
  if (price === null || conversion === null) return null;
  const { granularitySeconds, minimumSeconds } = offer.billing;
  const perHour = price * machines * conversion.factor;
  return { perHour, granularitySeconds, minimumSeconds };
}

/**
 * The cost of machines that are held for the estimated seconds: from when they run to when they are given back, so all but the wait in
 * the queue. Billing never falls with time, so the 10, 50 and 90 % points of time are those of cost. No strings, no
 * evidence: a plan asks this for every offer, and `explainCompute` only for what it shows.
 */
export function computeCost(held: Estimate, rate: MachineRate): Estimate {
  const perSecond = rate.perHour / 3600;
  return {
    low: billedSeconds(held.low, rate) * perSecond,
    median: billedSeconds(held.median, rate) * perSecond,
    high: billedSeconds(held.high, rate) * perSecond,
  };
}

/** Spot machines, and how often they are taken away. */
export interface SpotUse {
  /** Seconds of work without any interruption. */
  readonly work: Estimate;
  /** `null`: nobody knows. */
  readonly interruptions: Interruptions | null;
  readonly evidence: readonly Evidence[];
}

export interface ComputeQuestion extends Rented {
  readonly currency: string;
  /** Seconds; with interruptions where they are known (`interruptedTime`). `null`: unknown, for the reason in `learnHeld`. */
  readonly held: Estimate | null;
  readonly learnHeld?: string | undefined;
  /** For spot machines. */
  readonly spot?: SpotUse | undefined;
}

/** `computeCost` with its formula and evidence. */
export function explainCompute(question: ComputeQuestion): Term {
  const { offer, machines, market, convert, currency, held } = question;
  const price = pricePerHour(offer, market);
  if (price === null)
    return unknown(`${offer.id} has no ${market} price`, learnPrice(offer, market));
  const conversion = convert(offer.currency);
  const rate = machineRate(question);
  const evidence = [priceEvidence(offer, market, price)];
  const each = `${machines} × ${formatMoney(price, offer.currency)} an hour`;
  if (conversion === null || rate === null)
    return { ...unknown(each, learnRate(offer.currency, currency)), evidence };
  if (held === null)
    return {
      ...unknown(`${each} × unknown time`, question.learnHeld ?? "`aloft trial FILE`"),
      evidence,
    };
  const cost = computeCost(held, rate);
  return {
    estimate: cost,
    formula: `${each}${times(conversion, offer.currency, currency)} × ${billedText(held, offer.billing)} = ${written(cost, (one) => formatMoney(one, currency))}${lossText(question)}`,
    evidence: [...evidence, ...exchangeEvidence(conversion), ...spotEvidence(question)],
  };
}

function unknown(formula: string, learn: string): Term {
  return { estimate: null, formula, evidence: [], learn };
}

function learnPrice({ platform }: Offer, market: Market): string {
  return `\`aloft catalog update ${platform}\`, or \`aloft catalog import FILE\` with a ${market} price`;
}

function priceEvidence(
  { source, date, id, currency }: Offer,
  market: Market,
  price: number,
): Evidence {
  const text = `${id} ${market}: ${formatMoney(price, currency)} an hour, ${source}`;
  return { kind: "published", text, date };
}

/** A conversion in a formula. */
export function times({ factor, rates }: Conversion, from: string, to: string): string {
  return rates.length === 0 ? "" : ` × ${Number(factor.toPrecision(6))} ${to}/${from}`;
}

function billedText(held: Estimate, billing: Billing): string {
  const billed = mapped(held, (seconds) => billedSeconds(seconds, billing));
  const { granularitySeconds, minimumSeconds } = billing;
  const least = minimumSeconds > 0 ? `, at least ${formatDuration(minimumSeconds)}` : "";
  return `${written(billed, formatDuration)} (held ${formatDuration(held.median)}, charged by ${formatDuration(granularitySeconds)}${least})`;
}

function lossText({ market, spot }: ComputeQuestion): string {
  if (market !== "spot" || !spot?.interruptions || spot.work.median <= 0) return "";
  const longer = expectedSeconds(spot.work.median, spot.interruptions) / spot.work.median;
  return `; interruptions make it ${longer.toFixed(2)} times as long on average`;
}

const uninterrupted: Evidence = {
  kind: "assumed",
  text: "no interruption: how often this offer's spot machines are taken away is unknown",
};

function spotEvidence({ market, spot }: ComputeQuestion): readonly Evidence[] {
  if (market !== "spot") return [];
  return spot?.interruptions ? spot.evidence : [uninterrupted];
}
