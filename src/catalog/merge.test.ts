import { expect, test } from "vitest";
import { mergeOffers } from "./merge.ts";
import { anOffer } from "./testing-offer.ts";

const old = anOffer({ date: "2026-01-01", pricePerHour: 1, spotPerHour: 0.5, source: "old" });
const young = anOffer({ date: "2026-07-20", pricePerHour: 2, spotPerHour: null, source: "young" });

test("the newer date wins, whichever source comes first, and an unknown price stays unknown", () => {
  for (const order of [
    [old, young],
    [young, old],
  ]) {
    const sources = order.map((offer) => ({ name: offer.source, offers: [offer] }));
    expect(mergeOffers(sources)).toEqual([young]);
  }
});

test("of one date the later source wins", () => {
  const again = anOffer({ date: young.date, pricePerHour: 3, source: "again" });
  const merged = mergeOffers([
    { name: "a", offers: [young] },
    { name: "b", offers: [again] },
  ]);
  expect(merged).toEqual([again]);
});

test("hardware that the newer row does not tell is taken from the older one, which is then named", () => {
  const accelerators = { name: "A100", count: 8, memoryBytes: 40 * 1024 ** 3 };
  const facts = anOffer({ ...old, accelerators, rdma: true, rates: { peakFlops: 1e12 } });
  const prices = anOffer({
    ...young,
    accelerators: { name: "a100", count: 8, memoryBytes: null },
    clockHz: null,
    cpuKind: null,
    rates: { coremark: 1000 },
  });
  const sources = [
    { name: "facts", offers: [facts] },
    { name: "prices", offers: [prices] },
  ];
  expect(mergeOffers(sources)).toEqual([
    {
      ...prices,
      accelerators: { name: "a100", count: 8, memoryBytes: 40 * 1024 ** 3 },
      clockHz: 3.2e9,
      cpuKind: "thread",
      rdma: true,
      rates: { peakFlops: 1e12, coremark: 1000 },
      source: "young; hardware also: old",
    },
  ]);
});

test("other ids stand beside it", () => {
  const other = anOffer({ region: "eu-west-1" });
  const sources = [{ name: "a", offers: [old, other] }];
  expect(mergeOffers(sources)).toEqual([old, other]);
});
