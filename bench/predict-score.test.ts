import fc from "fast-check";
import { expect, test } from "vitest";
import { reached, scoreOf } from "./predict-score.ts";

test("errors are relative to the truth, and coverage counts what has an interval", () => {
  const score = scoreOf([
    { truth: 100, predicted: 110, interval: [90, 120] },
    { truth: 100, predicted: 80, interval: [70, 90] },
    { truth: 200, predicted: 200, interval: null },
  ]);
  expect(score).toMatchObject({ runs: 3, coverage: 0.5 });
  expect(score.mean).toBeCloseTo(0.1);
  expect(score.median).toBeCloseTo(0.1);
  expect(score.ninetieth).toBeCloseTo(0.18);
});

test("without intervals there is no coverage, and no target for it is reached", () => {
  const score = scoreOf([{ truth: 1, predicted: 1, interval: null }]);
  expect(score.coverage).toBeNull();
  expect(reached(score, { figure: "coverage", low: 0, high: 1 })).toBe(false);
  expect(reached(score, { figure: "mean", low: 0, high: 0.05 })).toBe(true);
});

test("scores do not hang on the unit of time", () => {
  const seconds = fc.double({ min: 0.1, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(seconds, seconds), { minLength: 1 }), (pairs) => {
      const at = (unit: number) =>
        scoreOf(
          pairs.map(([truth, predicted]) => ({
            truth: truth * unit,
            predicted: predicted * unit,
            interval: null,
          })),
        );
      expect(at(60).mean).toBeCloseTo(at(1).mean, 6);
      expect(at(60).ninetieth).toBeCloseTo(at(1).ninetieth, 6);
    }),
  );
});
