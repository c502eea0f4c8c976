import { Offer } from "./offer.ts";

/** A rented virtual machine with 4 cpus and 16 GiB for a dollar an hour, for tests. */
export function anOffer(changes: Partial<Offer> = {}): Offer {
  const { platform = "aws", region = "us-east-1", shape = "m.xlarge" } = changes;
  return Offer.parse({
    id: `${platform}/${region}/${shape}`,
    ...{ platform, region, shape },
    architecture: "x64",
    cpus: 4,
    cpuKind: "thread",
    clockHz: null,
    memoryBytes: 16 * 2 ** 30,
    accelerators: null,
    diskBytes: 0,
    networkBitsPerSecond: null,
    rdma: false,
    bareMetal: false,
    rates: { coremark: 100_000 },
    pricePerHour: 1,
    spotPerHour: 0.3,
    currency: "USD",
    billing: { granularitySeconds: 1, minimumSeconds: 60 },
    mostMachines: null,
    mostSeconds: null,
    source: "a test",
    date: "2026-11-01",
    ...changes,
  });
}
