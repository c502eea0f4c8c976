import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalBelow, normalScore, z90 } from "./normal.ts";

// Abramowitz and Stegun, table 26.1.
test.each([
  [0, 0.5],
  [0.5, 0.6914624613],
  [1, 0.8413447461],
  [-1, 0.1586552539],
  [2, 0.9772498681],
  [-3, 0.0013498981],
  [9, 1],
  [-9, 0],
])("below %d lies %d", (z, part) => {
  expect(normalBelow(z)).toBeCloseTo(part, 5);
});

test("the score of nine tenths is where an estimate's `high` is", () => {
  expect(normalScore(0.9)).toBeCloseTo(z90, 8);
  expect(normalScore(0.1)).toBeCloseTo(-z90, 8);
  expect(normalScore(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalScore(1)).toBe(Number.POSITIVE_INFINITY);
});

test("scores and parts are each other's inverse", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (part) => {
      expect(normalBelow(normalScore(part))).toBeCloseTo(part, 5);
    }),
  );
});
