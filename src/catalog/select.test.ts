import { expect, test } from "vitest";
import { selectOffers } from "./select.ts";
import { anOffer } from "./testing-offer.ts";

const gpu = { name: "A100-80GB", count: 8, memoryBytes: null };
const offers = [
  anOffer({ shape: "dear", pricePerHour: 5, cpus: 4 }),
  anOffer({ shape: "units", pricePerHour: 1, currency: "SU", cpus: 128 }),
  anOffer({ shape: "unknown", pricePerHour: null, cpus: 2 }),
  anOffer({ shape: "cheap", pricePerHour: 0.1, region: "eu-west-1", architecture: "arm64" }),
  anOffer({ shape: "gpu", platform: "azure", pricePerHour: 30, accelerators: gpu, cpus: 96 }),
];

function shapes(query: Parameters<typeof selectOffers>[1]): string[] {
  return selectOffers(offers, query).offers.map(({ shape }) => shape);
}

test("the cheapest come first, then service units, then unknown prices", () => {
  expect(shapes({})).toEqual(["cheap", "dear", "gpu", "units", "unknown"]);
});

test.each([
  [{ platform: "azure" }, ["gpu"]],
  [{ region: "eu-" }, ["cheap"]],
  [{ architecture: "aarch64" }, ["cheap"]],
  [{ minCpus: 96 }, ["gpu", "units"]],
  [{ minMemoryBytes: 33 * 1024 ** 3 }, []],
  [{ maxPrice: 5 }, ["cheap", "dear", "units"]],
  [{ accelerator: "a100" }, ["gpu"]],
  [{ accelerator: "any" }, ["gpu"]],
  [{ sort: "cpus" as const, limit: 2 }, ["unknown", "dear"]],
])("%j gives %j", (query, expected) => {
  expect(shapes(query)).toEqual(expected);
});

test("what a limit leaves out is counted", () => {
  expect(selectOffers(offers, { limit: 1 }).matching).toBe(5);
});
