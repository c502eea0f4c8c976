import * as fc from "fast-check";
import { expect, test } from "vitest";
import { certain, mapped, nothing, product, quotient } from "./estimate-arithmetic.ts";

const ten = { low: 5, median: 10, high: 30 };

test("times a certain number only changes the unit", () => {
  expect(product(ten, certain(4)).median).toBe(40);
  expect(product(ten, certain(4)).low).toBeCloseTo(20, 12);
  expect(product(ten, certain(4)).high).toBeCloseTo(120, 12);
  expect(quotient(ten, certain(5)).high).toBeCloseTo(6, 12);
});

test("factors of uncertainty combine by the squares of their logarithms", () => {
  // ln 3 and ln 4: a factor of exp(√(1.0986² + 1.3863²)) = exp(1.7688) = 5.864
  const four = { low: 1 / 4, median: 1, high: 4 };
  expect(product(ten, four).high).toBeCloseTo(10 * 5.8639, 2);
  // low of the quotient: ln 2 and ln 4 up: exp(1.5499) = 4.711
  expect(quotient(ten, four).low).toBeCloseTo(10 / 4.7113, 3);
});

test("nothing times anything is nothing, and what may be nothing stays so", () => {
  expect(product(nothing, ten)).toEqual(nothing);
  expect(product({ low: 0, median: 0, high: 5 }, ten)).toEqual({ low: 0, median: 0, high: 150 });
  expect(product({ low: 0, median: 2, high: 5 }, ten).low).toBe(0);
});

test("a quotient undoes no product's uncertainty, but its median", () => {
  const side = fc.integer({ min: 1, max: 1000 }).map((n) => n / 100);
  const any = fc.tuple(side, side, side).map(([low, more, most]) => ({
    low,
    median: low + more,
    high: low + more + most,
  }));
  fc.assert(
    fc.property(any, any, (a, b) => {
      const back = quotient(product(a, b), b);
      expect(back.median).toBeCloseTo(a.median, 6);
      expect(back.low).toBeLessThanOrEqual(a.low * (1 + 1e-9));
      expect(back.high).toBeGreaterThanOrEqual(a.high * (1 - 1e-9));
    }),
  );
});

test("a rising function maps the points", () => {
  expect(mapped(ten, (value) => Math.ceil(value / 4))).toEqual({ low: 2, median: 3, high: 8 });
});
