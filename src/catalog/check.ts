import { formatBytes } from "../base/bytes.ts";
import type { Finding, FindingCode } from "../model/catalog.ts";
import type { Offer } from "../model/offer.ts";
import type { SourceOffers } from "./merge.ts";

/** Prices change about as often as providers announce generations: after half a year a price is worth asking again. */
const staleDays = 180;
/** Times its platform's median price per cpu: burstable shapes are 20 times cheaper, shapes with terabytes 10 times dearer. */
const priceFactor = 30;
/** Fewer prices than this make no range. */
const leastPrices = 8;
/** Of all shapes of AWS and Google Cloud in 2026, the least have 0.5 GiB per cpu and the most 55 GiB. */
const memoryPerCpu = { least: 0.25, most: 64 };
/** From the slowest Arm core that is rented to the fastest boost of any processor. */
const clockHz = { least: 0.5e9, most: 7e9 };

const gibibyte = 1024 ** 3;

/** Rows that are old, cannot be, or contradict one another, as seen on `date` (ISO). The same rows give the same findings. */
export function checkOffers(sources: readonly SourceOffers[], date: string): Finding[] {
  const medians = mediansOf(sources);
  return [
    ...sources.flatMap(({ name, offers }) =>
      offers.flatMap((offer) =>
        rules.flatMap(({ code, check }) => {
          const message = check(offer, { date, medians });
          return message === undefined ? [] : [{ code, offer: offer.id, source: name, message }];
        }),
      ),
    ),
    ...conflicts(sources),
  ];
}

interface Seen {
  readonly date: string;
  readonly medians: ReadonlyMap<string, number>;
}

interface Rule {
  readonly code: FindingCode;
  /** The sentence, where the row breaks the rule. */
  readonly check: (offer: Offer, seen: Seen) => string | undefined;
}

const rules: readonly Rule[] = [
  { code: "stale", check: stale },
  { code: "future-date", check: future },
  { code: "zero-price", check: zeroPrice },
  { code: "spot-dearer", check: spotDearer },
  { code: "odd-price", check: oddPrice },
  { code: "odd-memory", check: oddMemory },
  { code: "odd-clock", check: oddClock },
];

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

function stale(offer: Offer, { date }: Seen): string | undefined {
  const days = daysBetween(offer.date, date);
  if (days <= staleDays || (offer.pricePerHour ?? offer.spotPerHour) === null) return undefined;
  return `the price is of ${offer.date}, ${days} days old; older than ${staleDays} days`;
}

function future(offer: Offer, { date }: Seen): string | undefined {
  return offer.date > date ? `the price is of ${offer.date}, after today, ${date}` : undefined;
}

function zeroPrice({ pricePerHour, spotPerHour }: Offer): string | undefined {
  if (pricePerHour !== 0 && spotPerHour !== 0) return undefined;
  return `the ${pricePerHour === 0 ? "price" : "spot price"} is 0; an unknown one is left empty`;
}

function spotDearer({ pricePerHour, spotPerHour, currency }: Offer): string | undefined {
  if (pricePerHour === null || spotPerHour === null || spotPerHour <= pricePerHour)
    return undefined;
  return `spot costs ${spotPerHour} ${currency} an hour, more than on demand, ${pricePerHour}`;
}

function oddPrice(offer: Offer, { medians }: Seen): string | undefined {
  const price = pricePerCpu(offer);
  const median = medians.get(priceClass(offer));
  if (price === undefined || median === undefined) return undefined;
  const ratio = price / median;
  if (ratio <= priceFactor && ratio >= 1 / priceFactor) return undefined;
  const than =
    ratio > 1
      ? `${ratio.toFixed(0)} times the median`
      : `1/${(1 / ratio).toFixed(0)} of the median`;
  return `${round(price)} ${offer.currency} for a cpu and hour is ${than} of ${offer.platform}, ${round(median)}`;
}

function oddMemory({ memoryBytes, cpus }: Offer): string | undefined {
  const each = memoryBytes / cpus;
  if (each >= memoryPerCpu.least * gibibyte && each <= memoryPerCpu.most * gibibyte)
    return undefined;
  return `${formatBytes(each)} of memory for a cpu; expected ${memoryPerCpu.least} to ${memoryPerCpu.most} GiB`;
}

function oddClock({ clockHz: found }: Offer): string | undefined {
  if (found === null || (found >= clockHz.least && found <= clockHz.most)) return undefined;
  return `a clock of ${found / 1e9} GHz; expected ${clockHz.least / 1e9} to ${clockHz.most / 1e9} GHz`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Prices that can be compared: of one platform and currency, without accelerators, which cost more than all cpus. */
function priceClass({ platform, currency }: Offer): string {
  return `${platform} ${currency}`;
}

function pricePerCpu({ pricePerHour, cpus, accelerators }: Offer): number | undefined {
  return pricePerHour && !accelerators ? pricePerHour / cpus : undefined;
}

function mediansOf(sources: readonly SourceOffers[]): Map<string, number> {
  const prices = new Map<string, number[]>();
  for (const { offers } of sources)
    for (const offer of offers) {
      const price = pricePerCpu(offer);
      if (price === undefined) continue;
      const known = prices.get(priceClass(offer));
      if (known) known.push(price);
      else prices.set(priceClass(offer), [price]);
    }
  const medians = new Map<string, number>();
  for (const [name, list] of prices)
    if (list.length >= leastPrices)
      medians.set(name, list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0);
  return medians;
}

interface Row {
  readonly source: string;
  readonly offer: Offer;
}

/** Rows of one id in several sources that cannot all be right, each told against the first. */
function conflicts(sources: readonly SourceOffers[]): Finding[] {
  const first = new Map<string, Row>();
  return sources.flatMap(({ name, offers }) =>
    offers.flatMap((offer) => {
      const known = first.get(offer.id);
      if (!known) first.set(offer.id, { source: name, offer });
      const differing = known ? differences(offer, known.offer) : [];
      if (!known || differing.length === 0) return [];
      const message = `${name} and ${known.source} differ: ${differing.join(", ")}`;
      return [{ code: "conflict" as const, offer: offer.id, source: name, message }];
    }),
  );
}

function differences(one: Offer, other: Offer): string[] {
  const sameDay = one.date === other.date && one.currency === other.currency;
  return [
    ...told("architecture", one.architecture, other.architecture),
    ...told("cpus", one.cpus, other.cpus),
    // Providers print gigabytes of both kinds, rounded: 7 % is what lies between them.
    ...(Math.abs(one.memoryBytes / other.memoryBytes - 1) > 0.075
      ? told("memory", formatBytes(one.memoryBytes), formatBytes(other.memoryBytes))
      : []),
    ...told("cpu kind", one.cpuKind, other.cpuKind),
    ...told("accelerators", one.accelerators?.count, other.accelerators?.count),
    ...(sameDay ? told("price", one.pricePerHour, other.pricePerHour) : []),
    ...(sameDay ? told("spot price", one.spotPerHour, other.spotPerHour) : []),
  ];
}

/** What only one of them tells is no contradiction. */
function told<Value>(name: string, one: Value, other: Value): string[] {
  if (one === other || (one ?? null) === null || (other ?? null) === null) return [];
  return [`${name} ${String(one)} and ${String(other)}`];
}
