import fc from "fast-check";
import { expect, test } from "vitest";
import { quantilesOf } from "./kaplan-meier.ts";

function waits(values: readonly number[], ended: readonly number[] = values.map(() => 1)) {
  return { values: Float64Array.from(values), ended: Uint8Array.from(ended) };
}

const even = (n: number): Float64Array => new Float64Array(n).fill(1 / n);

test("without censoring they are those of the weighted sample", () => {
  expect(quantilesOf(waits([1, 2, 3, 4]), even(4), [0.1, 0.25, 0.5, 0.9])).toEqual([1, 1, 2, 4]);
  const heavy = Float64Array.of(0.1, 0.7, 0.2, 0);
  expect(quantilesOf(waits([1, 2, 3, 4]), heavy, [0.1, 0.5, 0.9])).toEqual([1, 2, 3]);
});

/** Remission times of 21 leukaemia patients: Freireich et al. 1963, the example of Kaplan and Meier's estimator everywhere. */
test("a hand-worked example: half last longer than 23 weeks, a quarter no longer than 13", () => {
  const weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
  const ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
  const [quarter, half] = quantilesOf(waits(weeks, ended), even(21), [0.25, 0.5]);
  expect([quarter, half]).toEqual([13, 23]);
});

test("what still waits moves quantiles up, never down, and they keep their order", () => {
  const sample = fc.array(fc.tuple(fc.nat(100), fc.boolean()), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sample, (pairs) => {
      const sorted = pairs.toSorted(([a, x], [b, y]) => a - b || Number(y) - Number(x));
      const values = sorted.map(([value]) => value);
      const ended = sorted.map(([, end]) => Number(end));
      const ps = [0.1, 0.5, 0.9];
      const censored = quantilesOf(waits(values, ended), even(values.length), ps);
      const naive = quantilesOf(waits(values), even(values.length), ps);
      expect(censored).toEqual(censored.toSorted((a, b) => a - b));
      for (const [at, value] of censored.entries())
        expect(value).toBeGreaterThanOrEqual(naive[at] ?? Number.NaN);
    }),
  );
});
