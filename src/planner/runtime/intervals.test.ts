import fc from "fast-check";
import { expect, test } from "vitest";
import { distanceOutside, fromLog, halfWidth, spreadOf } from "./intervals.ts";
import { product } from "../estimate-arithmetic.ts";

const residuals = (logs: readonly number[]) => logs.map((log) => ({ log, distance: 0 }));

test("with enough residuals the half width is the conformal order statistic", () => {
  // ⌈20 · 0.9⌉ = 18th smallest of 19.
  const spread = spreadOf(residuals(Array.from({ length: 19 }, (_, i) => (i + 1) / 100)));
  expect(halfWidth(spread, 0.9)).toBeCloseTo(0.18);
});

test("too few residuals for the rank give Student's interval, which is wider than they are", () => {
  const spread = spreadOf(residuals([0.01, -0.02, 0.03]));
  expect(halfWidth(spread, 0.9)).toBeGreaterThan(0.03);
  expect(halfWidth(spreadOf([]), 0.9)).toBe(Number.POSITIVE_INFINITY);
});

test("a higher level is never narrower", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (logs) => {
        const spread = spreadOf(residuals(logs));
        expect(halfWidth(spread, 0.9)).toBeGreaterThanOrEqual(halfWidth(spread, 0.8));
      },
    ),
  );
});

test("errors that grew outside of what was seen make the growth with distance steep", () => {
  const steep = spreadOf([
    ...residuals([0.01, -0.01, 0.01, -0.01]),
    { log: 0.3, distance: 1 },
    { log: -0.2, distance: 1 },
  ]);
  expect(steep.growth).toBe(8);
  expect(spreadOf(residuals([0.01, 0.02])).growth).toBeGreaterThanOrEqual(1);
});

test("distance is in e-folds and 0 inside", () => {
  expect(distanceOutside(3, 2, 12)).toBe(0);
  expect(distanceOutside(24, 2, 12)).toBeCloseTo(Math.LN2);
  expect(distanceOutside(1, 2, 12)).toBeCloseTo(Math.LN2);
});

test("a product keeps its median and is no surer than its factors", () => {
  const sure = fc.record({
    log: fc.double({ min: -5, max: 5, noNaN: true }),
    half: fc.double({ min: 0, max: 2, noNaN: true }),
  });
  fc.assert(
    fc.property(sure, sure, (a, b) => {
      const [x, y] = [fromLog(a.log, a.half), fromLog(b.log, b.half)];
      const both = product(x, y);
      expect(both.median).toBeCloseTo(x.median * y.median, 6);
      expect(Math.log(both.high / both.median)).toBeGreaterThanOrEqual(
        Math.max(a.half, b.half) - 1e-9,
      );
      expect(both.low).toBeLessThanOrEqual(both.median);
    }),
  );
});
