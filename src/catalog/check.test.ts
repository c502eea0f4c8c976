import { expect, test } from "vitest";
import type { Offer } from "../model/offer.ts";
import { checkOffers } from "./check.ts";
import { anOffer } from "./testing-offer.ts";

const today = "2026-08-01";
/** Enough ordinary offers to tell what their platform costs. */
const ordinary = Array.from({ length: 9 }, (_, index) => anOffer({ shape: `ordinary.${index}` }));

function codes(changes: Partial<Offer>): string[] {
  const offers = [...ordinary, anOffer({ ...changes, shape: "odd" })];
  const findings = checkOffers([{ name: "list", offers }], today);
  return findings.filter(({ offer }) => offer.endsWith("/odd")).map(({ code }) => code);
}

test("ordinary offers are nothing to tell of", () => {
  expect(checkOffers([{ name: "list", offers: ordinary }], today)).toEqual([]);
});

test.each<[Partial<Offer>, string[]]>([
  [{ date: "2026-02-02" }, []],
  [{ date: "2026-02-01" }, ["stale"]],
  [{ date: "2020-01-01", pricePerHour: null, spotPerHour: null }, []],
  [{ date: "2026-08-02" }, ["future-date"]],
  [{ pricePerHour: 0, spotPerHour: null }, ["zero-price"]],
  [{ spotPerHour: 0 }, ["zero-price"]],
  [{ spotPerHour: 0.8 }, ["spot-dearer"]],
  [{ pricePerHour: 30, spotPerHour: null }, ["odd-price"]],
  [{ pricePerHour: 0.02, spotPerHour: null }, ["odd-price"]],
  [{ pricePerHour: 30, accelerators: { name: "H100", count: 8, memoryBytes: null } }, []],
  [{ pricePerHour: 30, currency: "SU" }, []],
  [{ memoryBytes: 1024 ** 3 }, ["odd-memory"]],
  [{ memoryBytes: 2000 * 1024 ** 3 }, ["odd-memory"]],
  [{ clockHz: 3.2e12 }, ["odd-clock"]],
])("%j is %j", (changes, expected) => {
  expect(codes(changes)).toEqual(expected);
});

test("a finding names the row, its source and the numbers", () => {
  const offers = [anOffer({ date: "2026-01-01" })];
  expect(checkOffers([{ name: "list", offers }], today)).toEqual([
    {
      code: "stale",
      offer: "aws/us-east-1/c7i.4xlarge",
      source: "list",
      message: "the price is of 2026-01-01, 212 days old; older than 180 days",
    },
  ]);
});

test("sources that contradict one another are told, and what only one of them tells is not", () => {
  const first = anOffer();
  const other = anOffer({ cpus: 8, pricePerHour: 0.7, spotPerHour: null, clockHz: null });
  const sources = [
    { name: "first", offers: [first] },
    { name: "other", offers: [other] },
    { name: "later", offers: [anOffer({ date: "2026-07-21", pricePerHour: 0.9 })] },
  ];
  expect(checkOffers(sources, today)).toEqual([
    {
      code: "conflict",
      offer: first.id,
      source: "other",
      message: "other and first differ: cpus 8 and 16, price 0.7 and 0.714",
    },
  ]);
});
