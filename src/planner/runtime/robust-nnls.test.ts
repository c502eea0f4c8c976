import fc from "fast-check";
import { expect, test } from "vitest";
import { huberWeights, weightedNnls } from "./robust-nnls.ts";

const scales = [1, 2, 3, 4, 6, 8, 12, 16];
const features = scales.map((n) => [1, 1 / n, Math.log(n), n]);
const even = scales.map(() => 1);

test("any non-negative curve over scale is found again", () => {
  const coefficient = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 100, noNaN: true }));
  fc.assert(
    fc.property(fc.tuple(coefficient, coefficient, coefficient), ([a, b, c]) => {
      fc.pre(a + b + c > 0);
      const seconds = scales.map((n) => a + b / n + c * n);
      const found = weightedNnls(features, seconds, even);
      for (const [i, row] of features.entries()) {
        const predicted = row.reduce((sum, x, k) => sum + x * (found?.[k] ?? 0), 0);
        expect(predicted / (seconds[i] ?? 1)).toBeCloseTo(1, 2);
      }
    }),
  );
});

test("no coefficient is negative, whatever the times", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (seconds) => {
        const found = weightedNnls(features, seconds, even) ?? [];
        expect(found.every((one) => one >= 0)).toBe(true);
      },
    ),
  );
});

test("columns that are the same do not make coefficients huge", () => {
  const twice = scales.map((n) => [1, 1, 1 / n]);
  const found = weightedNnls(
    twice,
    scales.map((n) => 10 + 20 / n),
    even,
  );
  expect((found?.[0] ?? 0) + (found?.[1] ?? 0)).toBeCloseTo(10, 1);
  expect(found?.[2]).toBeCloseTo(20, 1);
});

test("a strange error weighs little, and equal ones weigh the same", () => {
  const weights = huberWeights([0.01, -0.02, 0.01, 0.02, 3]);
  expect(weights.slice(0, 4).every((one) => one > 0.9)).toBe(true);
  expect(weights[4]).toBeLessThan(0.02);
  expect(huberWeights([0, 0, 0])).toEqual([1, 1, 1]);
});
