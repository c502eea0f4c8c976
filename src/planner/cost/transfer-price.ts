import { formatMoney } from "../../base/money.ts";
import type { Estimate, Evidence, Term } from "../../model/estimate.ts";
import type { Place } from "../../model/network-path.ts";
import type { TieredPrice } from "../../model/prices.ts";
import { platformOf } from "../data/place.ts";
import { mapped } from "../estimate-arithmetic.ts";
import { sumOfDependent, sumOfIndependent } from "../estimate-sum.ts";
import { written } from "../estimate-text.ts";
import { times } from "./compute-price.ts";
import { type Convert, exchangeEvidence, learnRate } from "./currency.ts";
import { type FindPrices, isMetered } from "./data-prices.ts";
import { priceEstimate, tierEvidence, tierText } from "./priced-bytes.ts";

/** Data that goes from one place to another. */
export interface Movement {
  readonly name: string;
  readonly from: Place;
  readonly to: Place;
  /** `null`: unknown. */
  readonly bytes: Estimate | null;
  /** What would make the size known. */
  readonly learn: string;
}

export interface TransferQuestion {
  readonly movements: readonly Movement[];
  readonly findPrices: FindPrices;
  /** Bytes that have left a platform for the internet this month; `null`: unknown, and taken as none with a label. */
  readonly usedBytes: (platform: string) => number | null;
  readonly convert: Convert;
  readonly currency: string;
}

/** Which of a platform's prices. */
type Kind = "egress" | "ingress" | "interRegion";

/** What is charged together: tiers count all that a platform charges as one kind. */
interface Charge {
  readonly platform: string;
  readonly kind: Kind;
  readonly price: TieredPrice;
  readonly bytes: Estimate;
}

interface Gap {
  readonly text: string;
  readonly learn: string;
}

/**
 * What moving data costs: leaving a platform at its egress price, from one region to another of the same platform at the price between
 * regions, entering at its ingress price, and nothing inside a region or on the user's own side. `null` where a size, a price or an exchange
 * rate is unknown. It hangs on the place and not on the machine: ask once for each place.
 */
export function transferCost(question: TransferQuestion): Estimate | null {
  const { charges, gaps } = chargesOf(question);
  const parts = charges.map((charge) => costOf(charge, question));
  if (gaps.length > 0) return null;
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : sumOfIndependent(known);
}

function chargesOf({ movements, findPrices }: TransferQuestion): {
  charges: Charge[];
  gaps: Gap[];
} {
  const charges: Charge[] = [];
  const gaps: Gap[] = [];
  for (const { name, from, to, bytes, learn } of movements) {
    for (const { place, kind } of chargedSides(from, to)) {
      const [platform, price] = [platformOf(place), findPrices(place)?.[kind] ?? null];
      if (bytes?.high === 0) continue;
      if (price === null)
        gaps.push({
          text: `${kindText[kind]} ${place}: unknown price`,
          learn: learnPrices(platform),
        });
      else if (bytes === null) gaps.push({ text: `${name}: unknown size`, learn });
      else add(charges, { platform, kind, price, bytes });
    }
  }
  return { charges, gaps };
}

const kindText: Record<Kind, string> = {
  egress: "out of",
  ingress: "into",
  interRegion: "to another region from",
};

function learnPrices(platform: string): string {
  return `\`aloft catalog update ${platform}\`, or \`aloft catalog import FILE\` with what ${platform} charges for data`;
}

function chargedSides(from: Place, to: Place): { place: Place; kind: Kind }[] {
  if (from === to) return [];
  if (platformOf(from) === platformOf(to) && isMetered(from))
    return [{ place: from, kind: "interRegion" }];
  const out = { place: from, kind: "egress" as const };
  const into = { place: to, kind: "ingress" as const };
  return [...(isMetered(from) ? [out] : []), ...(isMetered(to) ? [into] : [])];
}

/** Amounts of one price are taken as rising together, which is the cautious reading. */
function add(charges: Charge[], charge: Charge): void {
  const same = charges.findIndex(
    ({ price, platform, kind }) =>
      price === charge.price && platform === charge.platform && kind === charge.kind,
  );
  const other = charges[same];
  if (other === undefined) charges.push(charge);
  else charges[same] = { ...other, bytes: sumOfDependent([other.bytes, charge.bytes]) };
}

function used({ platform, kind }: Charge, { usedBytes }: TransferQuestion): number {
  return kind === "egress" ? (usedBytes(platform) ?? 0) : 0;
}

function costOf(charge: Charge, question: TransferQuestion): Estimate | null {
  const amount = priceEstimate({ ...charge, used: used(charge, question) });
  const conversion = amount === null ? null : question.convert(charge.price.currency);
  if (amount === null || conversion === null) return null;
  return mapped(amount, (one) => one * conversion.factor);
}

/** `transferCost` with its formula and evidence. */
export function explainTransfer(question: TransferQuestion): Term {
  const { charges, gaps } = chargesOf(question);
  const parts = charges.map((charge) => explainCharge(charge, question));
  const unknown = [...gaps, ...parts].find(({ learn }) => learn !== undefined);
  const free = unmetered(question);
  const texts = [...gaps.map(({ text }) => text), ...parts.map(({ formula }) => formula)];
  return {
    estimate: transferCost(question),
    formula: texts.join("; ") || "no data crosses a border that is charged for",
    evidence: [...parts.flatMap(({ evidence }) => evidence), ...free],
    ...(unknown?.learn === undefined ? {} : { learn: unknown.learn }),
  };
}

function explainCharge(charge: Charge, question: TransferQuestion): Term {
  const { platform, kind, price } = charge;
  const what = `${kindText[kind]} ${platform}`;
  const evidence = [tierEvidence(what, price), ...usedEvidence(charge, question)];
  const conversion = question.convert(price.currency);
  const text = `${what}: ${tierText({ ...charge, used: used(charge, question) })}`;
  const learn =
    conversion === null ? learnRate(price.currency, question.currency) : learnPrices(platform);
  const cost = costOf(charge, question);
  if (cost === null || conversion === null)
    return { estimate: null, formula: text, evidence, learn };
  const money = written(cost, (one) => formatMoney(one, question.currency));
  const formula = `${text}${times(conversion, price.currency, question.currency)} = ${money}`;
  return { estimate: cost, formula, evidence: [...evidence, ...exchangeEvidence(conversion)] };
}

function usedEvidence(
  { platform, kind, price }: Charge,
  { usedBytes }: TransferQuestion,
): Evidence[] {
  if (kind !== "egress" || price.tiers.length === 1 || usedBytes(platform) !== null) return [];
  return [{ kind: "assumed", text: `nothing else leaves ${platform} this month` }];
}

function unmetered({ movements }: TransferQuestion): Evidence[] {
  const own = movements.some(({ from, to }) => from !== to && (!isMetered(from) || !isMetered(to)));
  return own
    ? [{ kind: "assumed", text: "the network on your own side is not charged by amount" }]
    : [];
}
