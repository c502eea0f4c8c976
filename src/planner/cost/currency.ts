import type { ExchangeRate } from "../../model/cost-settings.ts";
import type { Evidence } from "../../model/estimate.ts";

/** How to get from one currency to another. */
export interface Conversion {
  /** Units of the plan's currency for one unit of the other. */
  readonly factor: number;
  /** The rates it took; none where both are the same. */
  readonly rates: readonly ExchangeRate[];
}

/** The conversion of a price's currency into the plan's, or `null` where no rate was given: then what it prices is unknown. */
export type Convert = (from: string) => Conversion | null;

/**
 * Conversions into `to` with the given rates: by a rate, by the inverse of one, or by two with a currency between (tables of
 * central banks have one on a side). The newest rate wins. Nothing is ever taken to be worth the same without a rate.
 */
export function converter(to: string, rates: readonly ExchangeRate[]): Convert {
  const newest = rates.toSorted((a, b) => (a.date < b.date ? 1 : -1));
  const known = new Map<string, Conversion | null>();
  return (from) => {
    const before = known.get(from);
    if (before !== undefined) return before;
    const found = convert(from, to, newest);
    known.set(from, found);
    return found;
  };
}

function convert(from: string, to: string, rates: readonly ExchangeRate[]): Conversion | null {
  if (from === to) return { factor: 1, rates: [] };
  const direct = step(from, to, rates);
  if (direct !== null) return direct;
  for (const middle of new Set(rates.flatMap((rate) => [rate.from, rate.to]))) {
    const [first, second] = [step(from, middle, rates), step(middle, to, rates)];
    if (first === null || second === null) continue;
    return { factor: first.factor * second.factor, rates: [...first.rates, ...second.rates] };
  }
  return null;
}

function step(from: string, to: string, rates: readonly ExchangeRate[]): Conversion | null {
  const there = rates.find((rate) => rate.from === from && rate.to === to);
  if (there !== undefined) return { factor: there.rate, rates: [there] };
  const back = rates.find((rate) => rate.from === to && rate.to === from);
  return back === undefined ? null : { factor: 1 / back.rate, rates: [back] };
}

/** What a conversion rests on. */
export function exchangeEvidence({ rates }: Conversion): Evidence[] {
  return rates.map(({ from, to, rate, source, date }) => ({
    kind: "declared",
    text: `1 ${from} = ${rate} ${to}, ${source}`,
    date,
  }));
}

/** The way to make a cost known whose currency has no rate. */
export function learnRate(from: string, to: string): string {
  return from === "SU"
    ? `tell what a service unit is worth in ${to}: an exchange rate from SU to ${to}, with its source and date`
    : `give an exchange rate from ${from} to ${to}, with its source and date`;
}
