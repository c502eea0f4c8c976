import type { Offer } from "../model/offer.ts";

/** Offers of one source. */
export interface SourceOffers {
  readonly name: string;
  readonly offers: readonly Offer[];
}

/**
 * One offer for each id: the newer date wins, and of one date the later source. Prices, billing and limits are the winner's alone;
 * facts of the hardware that it does not tell are taken from the rows that it replaces, and its `source` then says so.
 */
export function mergeOffers(sources: readonly SourceOffers[]): Offer[] {
  const merged = new Map<string, Offer>();
  for (const { offers } of sources)
    for (const offer of offers) {
      const known = merged.get(offer.id);
      if (!known) merged.set(offer.id, offer);
      else if (offer.date >= known.date) merged.set(offer.id, completed(offer, known));
      else merged.set(offer.id, completed(known, offer));
    }
  return [...merged.values()];
}

function completed(newer: Offer, older: Offer): Offer {
  const hardware = {
    cpuKind: newer.cpuKind ?? older.cpuKind,
    clockHz: newer.clockHz ?? older.clockHz,
    diskBytes: newer.diskBytes ?? older.diskBytes,
    networkBitsPerSecond: newer.networkBitsPerSecond ?? older.networkBitsPerSecond,
    // Files that do not tell of it say no: whoever says yes knows.
    rdma: newer.rdma || older.rdma,
    bareMetal: newer.bareMetal || older.bareMetal,
    accelerators: acceleratorsOf(newer, older),
    rates: Object.keys(older.rates).every((name) => name in newer.rates)
      ? newer.rates
      : { ...older.rates, ...newer.rates },
  };
  const names = Object.keys(hardware) as (keyof typeof hardware)[];
  if (names.every((name) => hardware[name] === newer[name])) return newer;
  return { ...newer, ...hardware, source: `${newer.source}; hardware also: ${older.source}` };
}

function acceleratorsOf(newer: Offer, older: Offer): Offer["accelerators"] {
  const [mine, theirs] = [newer.accelerators, older.accelerators];
  if (!mine || mine.memoryBytes !== null || !theirs || mine.count !== theirs.count) return mine;
  return theirs.memoryBytes === null ? mine : { ...mine, memoryBytes: theirs.memoryBytes };
}
