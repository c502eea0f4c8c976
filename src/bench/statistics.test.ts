import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { medianInterval, ratioOfMedians } from "./statistics.ts";

test("median and interval of a known sample", () => {
  const samples = Array.from({ length: 20 }, (_, index) => index + 1);
  // Ranks 6 and 15 of 20: the table of the binomial(20, 1/2) gives 95.9 %.
  expect(medianInterval(samples)).toEqual({ median: 10.5, low: 6, high: 15, samples: 20 });
  expect(medianInterval([3])).toEqual({ median: 3, low: 3, high: 3, samples: 1 });
  expect(() => medianInterval([])).toThrow(RangeError);
});

/** Exponential: skewed, as times are. Its median is ln 2. */
function exponential(random: () => number): number {
  return -Math.log(1 - random());
}

test("the interval holds the true median in 95 % of samples or more", () => {
  const random = seededRandom(1);
  const rounds = 2000;
  const held = Array.from({ length: rounds }, () => {
    const { low, high } = medianInterval(Array.from({ length: 25 }, () => exponential(random)));
    return low <= Math.LN2 && Math.LN2 <= high;
  }).filter(Boolean).length;
  // The exact coverage at n = 25 is 95.7 %; three standard errors below it is 94.3 %.
  expect(held / rounds).toBeGreaterThan(0.943);
  expect(held / rounds).toBeLessThan(0.985);
});

test("the interval of a ratio holds the true one, drift or not", () => {
  const random = seededRandom(2);
  const rounds = 300;
  const held = Array.from({ length: rounds }, () => {
    const drift = Array.from({ length: 30 }, (_, round) => 1 + round / 10);
    const a = drift.map((d) => d * 1.5 * (1 + 0.1 * random()));
    const b = drift.map((d) => d * (1 + 0.1 * random()));
    const { low, high } = ratioOfMedians(a, b, random, 200);
    return low <= 1.5 && 1.5 <= high;
  }).filter(Boolean).length;
  expect(held / rounds).toBeGreaterThan(0.88);
});

test("unpaired samples are refused", () => {
  expect(() => ratioOfMedians([1], [1, 2], Math.random)).toThrow(RangeError);
});

test("the same seed gives the same numbers, spread over [0, 1)", () => {
  const [first, second] = [seededRandom(7), seededRandom(7)];
  const numbers = Array.from({ length: 1000 }, () => first());
  expect(numbers).toEqual(Array.from({ length: 1000 }, () => second()));
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, one) => sum + one, 0) / 1000).toBeCloseTo(0.5, 1);
});
