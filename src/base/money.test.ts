import * as fc from "fast-check";
import { expect, test } from "vitest";
import { asInteger, decimalsOf, formatMoney, toNumber } from "./money.ts";

test.each([
  [0.09, 2, 9n],
  [0, 0, 0n],
  [12, 0, 12n],
  [1e-7, 7, 1n],
  [1.25e-8, 10, 125n],
  [1e21, 0, 10n ** 21n],
  [0.0000166667, 10, 166_667n],
])("%d has %d decimals", (value, decimals, integer) => {
  expect(decimalsOf(value)).toBe(decimals);
  expect(asInteger(value, decimals)).toBe(integer);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("%d is no price", (value) => {
  expect(() => decimalsOf(value)).toThrow(/is not a price/);
});

test("any double survives the way through an exact amount", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (value) => {
      const decimals = decimalsOf(value);
      const back = toNumber({
        numerator: asInteger(value, decimals),
        denominator: 10n ** BigInt(decimals),
      });
      expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.max(1e-25, value * 1e-15));
    }),
  );
});

test("a third is the double nearest to a third", () => {
  expect(toNumber({ numerator: 1n, denominator: 3n })).toBe(1 / 3);
});

test.each([
  [1234.5, "USD", "1,234.50 USD"],
  [1_234_567.891, "EUR", "1,234,567.89 EUR"],
  [0.0912, "USD", "0.0912 USD"],
  [0.5, "USD", "0.50 USD"],
  [0.9999, "USD", "1.00 USD"],
  [0.000012345, "USD", "0.0000123 USD"],
  [1e-9, "USD", "under 0.000001 USD"],
  [0, "USD", "0 USD"],
  [12_000, "SU", "12,000 SU"],
  [1.5, "SU", "1.50 SU"],
])("%d %s is written %s", (amount, currency, text) => {
  expect(formatMoney(amount, currency)).toBe(text);
});
