import type { Offer } from "../model/offer.ts";
import { architectureNamed } from "./platform-facts.ts";

/** Which offers are asked for; what is absent does not matter. An offer that does not tell a price fails a limit on it. */
export interface OfferQuery {
  readonly platform?: string | undefined;
  /** The beginning of the region's name. */
  readonly region?: string | undefined;
  /** By any of its names: `x64`, `x86_64`, `amd64`. */
  readonly architecture?: string | undefined;
  readonly minCpus?: number | undefined;
  readonly minMemoryBytes?: number | undefined;
  /** Per hour, in the offer's own currency. */
  readonly maxPrice?: number | undefined;
  /** Part of an accelerator's name in any case, or `any`. */
  readonly accelerator?: string | undefined;
  readonly sort?: OfferOrder | undefined;
  readonly limit?: number | undefined;
}

export type OfferOrder = "price" | "cpus" | "memory";

type Key = readonly [currency: number, value: number];

const orders: Record<OfferOrder, (offer: Offer) => Key> = {
  // Money, then service units, which are no money, then what is unknown. Nothing is converted.
  price: ({ pricePerHour, currency }) =>
    pricePerHour === null ? [2, 0] : [currency === "SU" ? 1 : 0, pricePerHour],
  cpus: ({ cpus }) => [0, cpus],
  memory: ({ memoryBytes }) => [0, memoryBytes],
};

/** The fitting offers, the smallest of what they are sorted by first, `limit` at the most; and how many fit. */
export function selectOffers(
  offers: readonly Offer[],
  query: OfferQuery,
): { offers: Offer[]; matching: number } {
  const { architecture } = query;
  const asked = {
    ...query,
    architecture: architecture && (architectureNamed(architecture) ?? architecture),
  };
  const fitting = offers.filter((offer) => fits(offer, asked));
  const key = orders[query.sort ?? "price"];
  fitting.sort((one, other) => compareKeys(key(one), key(other)) || compare(one.id, other.id));
  return { offers: fitting.slice(0, query.limit), matching: fitting.length };
}

function compareKeys(one: Key, other: Key): number {
  return one[0] - other[0] || one[1] - other[1];
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function fits(offer: Offer, query: OfferQuery): boolean {
  const { platform, region, architecture, minCpus, minMemoryBytes, maxPrice, accelerator } = query;
  return (
    (platform === undefined || offer.platform === platform) &&
    (region === undefined || offer.region.startsWith(region)) &&
    (architecture === undefined || offer.architecture === architecture) &&
    offer.cpus >= (minCpus ?? 0) &&
    offer.memoryBytes >= (minMemoryBytes ?? 0) &&
    (maxPrice === undefined || (offer.pricePerHour !== null && offer.pricePerHour <= maxPrice)) &&
    (accelerator === undefined || hasAccelerator(offer, accelerator.toLowerCase()))
  );
}

function hasAccelerator({ accelerators }: Offer, asked: string): boolean {
  if (!accelerators) return false;
  return asked === "any" || accelerators.name.toLowerCase().includes(asked);
}
