import type { Offer } from "../model/offer.ts";

/** A sound offer for tests. */
export function anOffer(changes: Partial<Offer> = {}): Offer {
  const offer: Offer = {
    id: "",
    platform: "aws",
    region: "us-east-1",
    shape: "c7i.4xlarge",
    architecture: "x64",
    cpus: 16,
    cpuKind: "thread",
    clockHz: 3.2e9,
    memoryBytes: 32 * 1024 ** 3,
    accelerators: null,
    diskBytes: 0,
    networkBitsPerSecond: 6.25e9,
    rdma: false,
    bareMetal: false,
    rates: {},
    pricePerHour: 0.714,
    spotPerHour: 0.3,
    currency: "USD",
    billing: { granularitySeconds: 1, minimumSeconds: 60 },
    mostMachines: null,
    mostSeconds: null,
    source: "a price list",
    date: "2026-07-20",
    ...changes,
  };
  return { ...offer, id: changes.id ?? `${offer.platform}/${offer.region}/${offer.shape}` };
}
