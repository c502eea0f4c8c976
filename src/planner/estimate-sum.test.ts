import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Estimate } from "../model/estimate.ts";
import { sumOfDependent, sumOfIndependent, valueAt } from "./estimate-sum.ts";
import { z90 } from "./normal.ts";

/** A fixed sequence of standard normal values (mulberry32, Box and Muller): the same comparison every time. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function simulated(terms: readonly Estimate[]): Estimate {
  const next = normals(1);
  const sums = new Float64Array(40_000);
  for (const term of terms)
    for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + valueAt(term, next());
  sums.sort();
  const at = (part: number): number => sums[Math.floor(part * sums.length)] ?? 0;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

const one = (low: number, median: number, high: number): Estimate => ({ low, median, high });
const constant = (value: number): Estimate => one(value, value, value);

/** The largest error of the three points, as a part of the sum's spread from low to high. */
function error(terms: readonly Estimate[]): number {
  const [sum, truth] = [sumOfIndependent(terms), simulated(terms)];
  const errors = (["low", "median", "high"] as const).map((at) => Math.abs(sum[at] - truth[at]));
  return Math.max(...errors) / (truth.high - truth.low);
}

test.each([
  ["two alike", [one(50, 100, 200), one(50, 100, 200)]],
  ["a narrow and a wide one", [one(3000, 3600, 4500), one(60, 600, 3600)]],
  ["the way to a result", [one(60, 600, 3600), one(40, 60, 120), one(3000, 3600, 4500)]],
  ["six", [10, 20, 40, 80, 160, 320].map((median) => one(median / 1.5, median, median * 1.8))],
  ["many alike", Array.from({ length: 12 }, () => one(8, 10, 14))],
  ["what may be nothing", [one(0, 60, 300), one(900, 1000, 1200)]],
  ["what mostly is nothing", [one(0, 0, 100), one(900, 1000, 1200)]],
  ["a constant with others", [constant(500), one(50, 100, 200), one(100, 150, 300)]],
])("the sum of %s is what a simulation finds, within 3 % of its spread", (_, terms) => {
  expect(error(terms)).toBeLessThan(0.03);
});

test.each([
  ["skewed to the left", [one(10, 90, 100), one(20, 95, 100)]],
  ["two that mostly are nothing", [one(0, 0, 100), one(0, 0, 50)]],
  ["one-sided", [one(100, 100, 200), one(50, 80, 80)]],
  ["very wide ones", [one(10, 1000, 40_000), one(100, 1000, 10_000)]],
])("the sum of parts that are %s is found within a fifth of its spread", (_, terms) => {
  expect(error(terms)).toBeLessThan(0.2);
});

/** Each side spans up to a factor of e^1.5, which is 4.5. */
const anyEstimate = fc
  .tuple(...[6000, 1500, 1500].map((max) => fc.noBias(fc.integer({ min: 1, max }))))
  .map(([size = 0, down = 0, up = 0]) => {
    const median = 10 ** (size / 1000 - 1);
    return one(median * Math.exp(-down / 1000), median, median * Math.exp(up / 1000));
  });

test("of random sums half are within 1 % of their spread, nine of ten within 4 %", () => {
  const parts = fc.sample(fc.noBias(fc.array(anyEstimate, { minLength: 2, maxLength: 4 })), {
    seed: 7,
    numRuns: 60,
  });
  const errors = parts.map(error).toSorted((a, b) => a - b);
  expect(errors[30]).toBeLessThan(0.01);
  expect(errors[54]).toBeLessThan(0.04);
  expect(errors[59]).toBeLessThan(0.2);
});

test("none is zero, one is itself, and constants only move", () => {
  expect(sumOfIndependent([])).toEqual(constant(0));
  expect(sumOfIndependent([one(1, 2, 9)])).toEqual(one(1, 2, 9));
  expect(sumOfIndependent([constant(3), constant(4)])).toEqual(constant(7));
  expect(sumOfIndependent([constant(10), one(1, 2, 9), constant(0)])).toEqual(one(11, 12, 19));
  expect(sumOfIndependent([one(0, 0, 5), constant(1)])).toEqual(one(1, 1, 6));
});

test("a sum is ordered, finite, and no wider than if its parts rose together", () => {
  fc.assert(
    fc.property(fc.array(anyEstimate, { minLength: 1, maxLength: 6 }), (terms) => {
      const sum = sumOfIndependent(terms);
      const together = sumOfDependent(terms);
      expect(sum.low).toBeLessThanOrEqual(sum.median);
      expect(sum.median).toBeLessThanOrEqual(sum.high);
      expect(sum.high - sum.low).toBeLessThanOrEqual((together.high - together.low) * 1.15);
    }),
  );
});

test("a sum does not depend on the order of its parts or on their unit", () => {
  fc.assert(
    fc.property(fc.array(anyEstimate, { minLength: 2, maxLength: 5 }), (terms) => {
      const sum = sumOfIndependent(terms);
      const back = sumOfIndependent(terms.toReversed());
      const hours = sumOfIndependent(
        terms.map(({ low, median, high }) => one(low / 3600, median / 3600, high / 3600)),
      );
      for (const at of ["low", "median", "high"] as const) {
        expect(back[at] / sum[at]).toBeCloseTo(1, 6);
        expect((hours[at] * 3600) / sum[at]).toBeCloseTo(1, 6);
      }
    }),
  );
});

test("the terms that were given are not changed", () => {
  const terms = [one(9, 10, 30), one(1, 2, 3), one(4, 5, 6)];
  const before = structuredClone(terms);
  sumOfIndependent(terms);
  expect(terms).toEqual(before);
});

test("an estimate is read as a distribution that has its three points", () => {
  fc.assert(
    fc.property(anyEstimate, ({ low, median, high }) => {
      const estimate = one(low, median, high);
      expect(valueAt(estimate, -z90) / low).toBeCloseTo(1, 6);
      expect(valueAt(estimate, 0) / median).toBeCloseTo(1, 6);
      expect(valueAt(estimate, z90) / high).toBeCloseTo(1, 6);
    }),
  );
  expect(valueAt(constant(5), 3)).toBe(5);
});
