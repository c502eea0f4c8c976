import { createReadStream, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Offer } from "../../model/offer.ts";
import { DataPrices, type TieredPrice } from "../../model/prices.ts";
import { checkOffers } from "../check.ts";
import { architectureOf, hasRdma } from "../platform-facts.ts";
import { readOffers } from "../read-offers.ts";
import { starterFiles } from "./starter.ts";

let offers: Offer[] = [];
beforeAll(async () => {
  const file = "starter";
  offers = await Array.fromAsync(readOffers(createReadStream(starterFiles.offers), { file }));
});
const prices = z.array(DataPrices).parse(JSON.parse(readFileSync(starterFiles.dataPrices, "utf8")));

test("offers of every kind of place, each sound, with a source and a date", () => {
  expect(z.array(Offer).parse(offers)).toEqual(offers);
  expect(offers.length).toBeGreaterThanOrEqual(80);
  const platforms = new Set(offers.map(({ platform }) => platform));
  for (const platform of ["aws", "gcp", "azure", "oci", "openstack", "slurm"])
    expect(platforms).toContain(platform);
  for (const { source } of offers) expect(source.length).toBeGreaterThan(20);
});

test("nothing in it is odd, of the future or contradicts itself", () => {
  const newest =
    offers
      .map(({ date }) => date)
      .toSorted()
      .at(-1) ?? "";
  const findings = checkOffers([{ name: "starter", offers }], newest);
  expect(findings.filter(({ code }) => code !== "stale")).toEqual([]);
});

test("peak rates are cores × clock × FLOP per cycle, as the source says", () => {
  const derived = offers.filter(({ rates }) => rates.peakFlops !== undefined);
  expect(derived.length).toBeGreaterThan(50);
  for (const { id, cpus, cpuKind, clockHz, rates, source } of derived) {
    const cores = cpuKind === "thread" ? cpus / 2 : cpus;
    const each = Number(/ (8|16|32) FLOP\/cycle$/.exec(source)?.[1]);
    expect(rates.peakFlops, id).toBeCloseTo(cores * (clockHz ?? 0) * each, -3);
  }
});

test("architecture and RDMA agree with the providers' naming rules", () => {
  for (const { id, platform, shape, architecture, rdma } of offers) {
    if (architectureOf(platform, shape) === undefined) continue;
    expect(architectureOf(platform, shape), id).toBe(architecture);
    expect(hasRdma(platform, shape), id).toBe(rdma);
  }
});

test("prices of data have ascending steps, and cover the three large clouds", () => {
  const regions = prices.map(({ platform, region }) => `${platform}/${region}`);
  expect(new Set(regions).size).toBe(regions.length);
  expect(new Set(prices.map(({ platform }) => platform))).toEqual(new Set(["aws", "gcp", "azure"]));
  const all = prices.flatMap(({ egress, ingress, interRegion, objectStorage, blockStorage }) =>
    [egress, ingress, interRegion, objectStorage, blockStorage].filter((price) => price !== null),
  );
  expect(all.filter((price) => !isAscending(price))).toEqual([]);
});

function isAscending({ tiers }: TieredPrice): boolean {
  const ends = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
  return ends.every((end, index) => end > (ends[index - 1] ?? 0)) && ends.at(-1) === Infinity;
}

/** As the providers' pages have it: what lies in each step costs that step's price. */
function cost({ tiers, unitBytes }: TieredPrice, bytes: number): number {
  let below = 0;
  let sum = 0;
  for (const { upTo, perUnit } of tiers) {
    const end = Math.min(bytes, upTo ?? bytes);
    if (end > below) sum += ((end - below) / unitBytes) * perUnit;
    below = Math.max(below, end);
  }
  return sum;
}

const tebibyte = 1024 ** 4;

test.each([
  // 100 GB free, 10,140 GB at 0.09.
  ["aws/us-east-1", 10, 912.6],
  // 10,240 GB at 0.09, 40,960 GB at 0.085, 10,140 GB at 0.07.
  ["aws/us-east-1", 60, 921.6 + 3481.6 + 709.8],
  // 1 TiB at 0.12, 9 TiB at 0.11, 50 TiB at 0.08.
  ["gcp/us-central1", 60, 122.88 + 1013.76 + 4096],
  // 10,235 GB at 0.087, 40,960 GB at 0.083, 10,145 GB at 0.07.
  ["azure/eastus", 60, 890.445 + 3399.68 + 710.15],
])("%s: %d TiB out to the internet cost %d USD, by hand", (place, tebibytes, expected) => {
  const found = prices.find(({ platform, region }) => `${platform}/${region}` === place);
  if (!found?.egress) throw new Error(`${place} has no price of egress`);
  expect(cost(found.egress, tebibytes * tebibyte)).toBeCloseTo(expected, 6);
});
