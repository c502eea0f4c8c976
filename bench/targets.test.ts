import { expect, test } from "vitest";
import { seededRandom } from "../src/base/random.ts";
import { names } from "./contender.ts";
import { compare, verdict } from "./targets.ts";

const interval = (low: number, high: number) => ({
  median: (low + high) / 2,
  low,
  high,
  samples: 9,
});

test.each([
  [1.1, 1.5, "met"],
  [1.4, 1.6, "not decided"],
  [1.51, 1.6, "not met"],
])("at most 1.5: %d to %d is %s", (low, high, expected) => {
  expect(verdict(interval(low, high), { want: "at most", value: 1.5 })).toBe(expected);
});

test.each([
  [8, 9, "met"],
  [7, 9, "not decided"],
  [7, 7.9, "not met"],
])("at least 8: %d to %d is %s", (low, high, expected) => {
  expect(verdict(interval(low, high), { want: "at least", value: 8 })).toBe(expected);
});

test("fewer than six samples decide nothing", () => {
  const few = { ...interval(1.1, 1.2), samples: 5 };
  expect(verdict(few, { want: "at most", value: 1.5 })).toBe("not decided");
});

test("the bare child of the same round is taken away before the ratio", () => {
  const series = new Map<string, number[]>([
    [names.bare, [1, 2, 1, 2, 1, 2, 1]],
    [names.crun, [21, 22, 21, 22, 21, 22, 21]],
    [names.crunByHand, [10, 10, 10, 10, 10, 10, 10]],
  ]);
  const [found] = compare(series, seededRandom(1));
  expect(found?.estimate).toEqual({ median: 2, low: 2, high: 2, samples: 7 });
  expect(found?.verdict).toBe("not met");
});

test("a difference pairs the rounds", () => {
  const series = new Map<string, number[]>([
    [names.node, [30, 40, 50, 60, 70, 80, 90]],
    [names.cliVersion, [40, 50, 60, 70, 80, 90, 100]],
  ]);
  const found = compare(series, seededRandom(1));
  expect(found.map(({ estimate, verdict }) => [estimate.median, verdict])).toEqual([[10, "met"]]);
});

test("what was not measured on both sides is not compared", () => {
  expect(compare(new Map([[names.podman, [100]]]), seededRandom(1))).toEqual([]);
});
