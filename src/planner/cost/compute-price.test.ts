import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../model/offer.ts";
import {
  billedSeconds,
  computeCost,
  explainCompute,
  machineRate,
  type ComputeQuestion,
} from "./compute-price.ts";
import { converter } from "./currency.ts";

const offer: Offer = {
  id: "aws/us-east-1/test.large",
  platform: "aws",
  region: "us-east-1",
  shape: "test.large",
  architecture: "x64",
  cpus: 2,
  cpuKind: "thread",
  clockHz: null,
  memoryBytes: 8 * 2 ** 30,
  accelerators: null,
  diskBytes: 0,
  networkBitsPerSecond: null,
  rdma: false,
  bareMetal: false,
  rates: {},
  pricePerHour: 0.36,
  spotPerHour: 0.12,
  currency: "USD",
  billing: { granularitySeconds: 1, minimumSeconds: 60 },
  mostMachines: null,
  mostSeconds: null,
  source: "a price list",
  date: "2026-08-01",
};
const certain = (value: number) => ({ low: value, median: value, high: value });

const question: ComputeQuestion = {
  offer,
  machines: 2,
  market: "on-demand",
  convert: converter("USD", []),
  currency: "USD",
  held: { low: 3000, median: 3600, high: 7200 },
};

test.each([
  // held, granularity, minimum, billed
  [0, 1, 60, 60, "a machine that was started costs its minimum"],
  [59.2, 1, 60, 60, "under the minimum"],
  [60.2, 1, 60, 61, "a second begun"],
  [3600, 3600, 0, 3600, "an hour to the second"],
  [3600.1, 3600, 0, 7200, "an hour begun"],
  [1, 3600, 0, 3600, "by the hour"],
  [2.1, 0.7, 0, 2.1, "three parts, but for rounding"],
  [90, 60, 600, 600, "at least ten minutes"],
])(
  "%d s by %d s and at least %d s are %d s: %s",
  (held, granularitySeconds, minimumSeconds, billed) => {
    const billing = { granularitySeconds, minimumSeconds };
    expect(billedSeconds(held, billing)).toBeCloseTo(billed, 9);
  },
);

test("more time never costs less, and no less than it was", () => {
  const seconds = fc.double({ min: 0, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(seconds, seconds, fc.constantFrom(1, 60, 3600), seconds, (a, b, unit, least) => {
      const billing = { granularitySeconds: unit, minimumSeconds: least };
      expect(billedSeconds(a + b, billing)).toBeGreaterThanOrEqual(billedSeconds(a, billing));
      expect(billedSeconds(a, billing)).toBeGreaterThanOrEqual(a - 1e-4);
      expect(billedSeconds(a, billing)).toBeLessThan(Math.max(least, a + unit) + 1e-4);
    }),
  );
});

test("each point of time is that point of cost, by hand", () => {
  const rate = machineRate(question);
  expect(rate?.perHour).toBeCloseTo(0.72, 12);
  // 2 × 0.36 USD/h × 50 min, 1 h, 2 h
  expect(rate === null ? null : computeCost({ low: 3000, median: 3600, high: 7200 }, rate)).toEqual(
    {
      low: expect.closeTo(0.6, 12),
      median: expect.closeTo(0.72, 12),
      high: expect.closeTo(1.44, 12),
    },
  );
});

test("the explanation has the numbers, the source and the date", () => {
  const term = explainCompute(question);
  expect(term.formula).toBe(
    "2 × 0.36 USD an hour × 1h 00m (50m 00s to 2h 00m) (held 1h 00m, charged by 1.00 s, at least 1m 00s) = 0.72 USD (0.60 USD to 1.44 USD)",
  );
  expect(term.estimate?.median).toBeCloseTo(0.72, 12);
  expect(term.evidence).toEqual([
    {
      kind: "published",
      text: "aws/us-east-1/test.large on-demand: 0.36 USD an hour, a price list",
      date: "2026-08-01",
    },
  ]);
});

test("another currency is converted with its evidence, or the cost is unknown", () => {
  const rates = [{ from: "USD", to: "EUR", rate: 0.5, source: "a bank", date: "2026-08-03" }];
  const term = explainCompute({ ...question, currency: "EUR", convert: converter("EUR", rates) });
  expect(term.estimate?.median).toBeCloseTo(0.36, 12);
  expect(term.formula).toContain("× 0.5 EUR/USD");
  expect(term.evidence.map(({ text }) => text)).toContain("1 USD = 0.5 EUR, a bank");
  const without = explainCompute({ ...question, currency: "EUR", convert: converter("EUR", []) });
  expect(without.estimate).toBeNull();
  expect(without.learn).toContain("exchange rate from USD to EUR");
});

test("an offer without a price of this kind is unknown, not free", () => {
  const term = explainCompute({
    ...question,
    market: "spot",
    offer: { ...offer, spotPerHour: null },
  });
  expect(term.estimate).toBeNull();
  expect(term.learn).toContain("aloft catalog update aws");
  expect(machineRate({ ...question, offer: { ...offer, pricePerHour: null } })).toBeNull();
});

test("unknown time is unknown cost", () => {
  const term = explainCompute({ ...question, held: null, learnHeld: "`aloft trial w.yaml`" });
  expect(term).toMatchObject({ estimate: null, learn: "`aloft trial w.yaml`" });
});

test("spot without a known interruption rate says what it assumes", () => {
  const term = explainCompute({ ...question, market: "spot", held: certain(3600) });
  expect(term.estimate?.median).toBeCloseTo(0.24, 12);
  expect(term.evidence.at(-1)).toMatchObject({ kind: "assumed" });
  expect(term.evidence.at(-1)?.text).toContain("no interruption");
});

test("spot with a rate tells how much longer it takes, and why", () => {
  const evidence = [{ kind: "published", text: "5 % an hour, the provider" }] as const;
  const interruptions = { perHour: 0.05, together: 2, checkpoint: null, restartSeconds: 0 };
  const spot = { work: certain(36_000), interruptions, evidence };
  const term = explainCompute({ ...question, market: "spot", held: certain(61_858), spot });
  // λT = 0.1 × 10 = 1: e − 1
  expect(term.formula).toContain("interruptions make it 1.72 times as long on average");
  expect(term.evidence.at(-1)).toEqual(evidence[0]);
});
