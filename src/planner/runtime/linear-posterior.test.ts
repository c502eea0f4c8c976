import fc from "fast-check";
import { expect, test } from "vitest";
import { independent, learn, predictLinear } from "./linear-posterior.ts";

const wide = independent([0, 0], [1000, 1000]);

test("many exact observations leave only the line through them", () => {
  const observations = [1, 2, 3, 4].map((x) => ({ x: [1, x], y: 3 + 2 * x, variance: 1e-6 }));
  const { mean } = learn(wide, observations);
  expect(mean[0]).toBeCloseTo(3, 3);
  expect(mean[1]).toBeCloseTo(2, 3);
});

test("a prior and one observation meet in proportion to their precision", () => {
  const { mean, covariance } = learn(independent([0], [1]), [{ x: [1], y: 4, variance: 3 }]);
  expect(mean[0]).toBeCloseTo(1);
  expect(covariance[0]?.[0]).toBeCloseTo(0.75);
});

test("learning never makes a prediction less sure", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 8 }), number, (seen, at) => {
      const prior = independent([1, -1], [2, 0.5]);
      const learnt = learn(
        prior,
        seen.map(([x, y]) => ({ x: [1, x], y, variance: 0.1 })),
      );
      expect(predictLinear(learnt, [1, at]).variance).toBeLessThanOrEqual(
        predictLinear(prior, [1, at]).variance + 1e-9,
      );
    }),
  );
});
