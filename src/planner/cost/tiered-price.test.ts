import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toNumber } from "../../base/money.ts";
import type { TieredPrice } from "../../model/prices.ts";
import { exactPrice, priceOf, tierParts } from "./tiered-price.ts";

const [GiB, TiB] = [2 ** 30, 2 ** 40];
const [GB, TB] = [1e9, 1e12];

/**
 * AWS, out of us-east-1 to the internet, as its EC2 on-demand price page has it: 100 GB free each month, then to 10 TB, the next 40 TB,
 * the next 100 TB, and more, where a TB is 1024 GB and a GB 2³⁰ bytes.
 */
const egress: TieredPrice = {
  unitBytes: GiB,
  tiers: [
    { upTo: 100 * GiB, perUnit: 0 },
    { upTo: 10 * TiB, perUnit: 0.09 },
    { upTo: 50 * TiB, perUnit: 0.085 },
    { upTo: 150 * TiB, perUnit: 0.07 },
    { upTo: null, perUnit: 0.05 },
  ],
  currency: "USD",
  source: "https://aws.amazon.com/ec2/pricing/on-demand/",
  date: "2026-08-01",
};

test.each([
  // bytes, used before, dollars, by hand
  [0, 0, 0, "nothing"],
  [1, 0, 0, "one byte, free"],
  [100 * GiB, 0, 0, "all that is free"],
  [101 * GiB, 0, 0.09, "1 × 0.09"],
  [GiB, 100 * GiB, 0.09, "the free part is used up"],
  [200 * GiB, 50 * GiB, 13.5, "50 free, 150 × 0.09"],
  [10 * TiB, 0, 912.6, "10,140 × 0.09"],
  [10 * TiB + GiB, 0, 912.685, "… + 1 × 0.085"],
  [50 * TiB, 0, 4394.2, "912.60 + 40,960 × 0.085"],
  [60 * TiB, 0, 5111, "4,394.20 + 10,240 × 0.07"],
  [150 * TiB, 0, 11_562.2, "4,394.20 + 102,400 × 0.07"],
  [200 * TiB, 0, 14_122.2, "11,562.20 + 51,200 × 0.05"],
  [10 * TiB, 10 * TiB, 870.4, "10,240 × 0.085: a later 10 TiB costs less"],
  [TiB, 200 * TiB, 51.2, "1,024 × 0.05"],
  [60 * TiB, 5 * TiB, 5017.6, "5,120 × 0.09 + 40,960 × 0.085 + 15,360 × 0.07"],
])("%d bytes after %d cost %d dollars: %s", (bytes, used, dollars) => {
  expect(priceOf(egress, bytes, used)).toBe(dollars);
});

test("60 TiB are not cheaper than 10 TiB", () => {
  expect(priceOf(egress, 60 * TiB)).toBeGreaterThan(priceOf(egress, 10 * TiB) ?? Infinity);
});

test("a GB of 10⁹ bytes is not a GiB", () => {
  const flat = { ...egress, tiers: [{ upTo: null, perUnit: 0.1 }] };
  expect(priceOf({ ...flat, unitBytes: GB }, TB)).toBe(100);
  // 10¹² / 2³⁰ = 931.322574615478515625
  expect(priceOf(flat, TB)).toBe(93.13225746154785);
  expect(priceOf({ ...flat, unitBytes: GB }, TiB)).toBe(109.9511627776);
});

test("the parts tell what falls where", () => {
  expect(tierParts(egress, 20 * TiB, 5 * TiB)).toEqual([
    { bytes: BigInt(5 * TiB), perUnit: 0.09 },
    { bytes: BigInt(15 * TiB), perUnit: 0.085 },
  ]);
});

test("past the last tier the price is unknown", () => {
  const capped = { ...egress, tiers: egress.tiers.slice(0, 2) };
  expect(priceOf(capped, 10 * TiB)).toBe(912.6);
  expect(priceOf(capped, 10 * TiB + 1)).toBeNull();
  expect(priceOf(capped, 1, 10 * TiB)).toBeNull();
});

test("tiers that do not ascend, and amounts that are none, are bad input", () => {
  const mixed = { ...egress, tiers: egress.tiers.toReversed().slice(1) };
  expect(() => priceOf(mixed, 100 * TiB)).toThrow(/do not ascend/);
  expect(() => priceOf(egress, -1)).toThrow(/not an amount of bytes/);
  expect(() => priceOf(egress, Number.NaN)).toThrow(/not an amount of bytes/);
});

const anyPrice = fc
  .record({
    steps: fc.array(fc.integer({ min: 1, max: 2 ** 48 }), { maxLength: 6 }),
    rates: fc.array(fc.integer({ min: 0, max: 10 ** 10 }), { minLength: 7, maxLength: 7 }),
    unitBytes: fc.constantFrom(GB, GiB),
  })
  .map(({ steps, rates, unitBytes }): TieredPrice => {
    const upTo = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, one) => sum + one, 0));
    const tiers = [...upTo, null].map((end, i) => ({ upTo: end, perUnit: (rates[i] ?? 0) / 1e10 }));
    return { ...egress, unitBytes, tiers };
  });
const amount = fc.integer({ min: 0, max: 2 ** 50 });

test("more bytes never cost less", () => {
  fc.assert(
    fc.property(anyPrice, amount, amount, amount, (price, a, b, used) => {
      const [less, more] = [exactPrice(price, a, used), exactPrice(price, a + b, used)];
      expect((more?.numerator ?? -1n) >= (less?.numerator ?? 0n)).toBe(true);
    }),
  );
});

test("a month's bill is the sum of its parts, to the last digit", () => {
  fc.assert(
    fc.property(anyPrice, amount, amount, amount, (price, a, b, used) => {
      const [all, first, second] = [
        exactPrice(price, a + b, used),
        exactPrice(price, a, used),
        exactPrice(price, b, used + a),
      ];
      expect(all?.numerator).toBe((first?.numerator ?? 0n) + (second?.numerator ?? 0n));
      expect([first?.denominator, second?.denominator]).toEqual([
        all?.denominator,
        all?.denominator,
      ]);
    }),
  );
});

test("the exact price is the sum in doubles, but for rounding", () => {
  fc.assert(
    fc.property(anyPrice, amount, (price, bytes) => {
      let [left, from, sum] = [bytes, 0, 0];
      for (const { upTo, perUnit } of price.tiers) {
        const here = Math.min(left, (upTo ?? Number.POSITIVE_INFINITY) - from);
        sum += (here / price.unitBytes) * perUnit;
        left -= here;
        from = upTo ?? from;
      }
      const exact = exactPrice(price, bytes);
      expect(exact === null ? Number.NaN : toNumber(exact)).toBeCloseTo(sum, 6);
    }),
  );
});
