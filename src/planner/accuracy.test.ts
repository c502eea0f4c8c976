import { expect, test } from "vitest";
import { aRun } from "../model/run-sample.ts";
import type { Run } from "../model/run.ts";
import { accuracyOf } from "./accuracy.ts";

function ended(running: number, median: number | null, changes: Partial<Run> = {}): Run {
  const estimate = median === null ? null : { median, low: median * 0.8, high: median * 1.2 };
  const zero = { median: 0, low: 0, high: 0 };
  return aRun({
    state: "succeeded",
    timings: { queued: 0, staging: 0.004, starting: 0.02, running },
    forecast: { queued: zero, staging: zero, starting: null, running: estimate },
    endedAt: 2000,
    ...changes,
  });
}

test("error, bias and coverage are of the runs that had a prediction", () => {
  const runs = [ended(10, 10), ended(11, 10), ended(15, 10), ended(7, null)];
  const { scores } = accuracyOf(runs, "local");
  const score = scores.find(({ term }) => term === "running");
  expect(score).toMatchObject({ runs: 3, unknown: 1, engine: "host", platform: "local" });
  expect(score?.medianError).toBeCloseTo(0.1);
  expect(score?.bias).toBeCloseTo(1.1);
  expect(score?.coverage).toBeCloseTo(2 / 3);
});

test("times below the clock's resolution are covered and have no error in per cent", () => {
  const { scores } = accuracyOf([ended(10, 10)], "local");
  expect(scores.find(({ term }) => term === "staging")).toMatchObject({
    runs: 1,
    medianError: null,
    coverage: 1,
  });
});

test("engines are scored apart, arrays by their tasks, and runs without a forecast not at all", () => {
  const runs = [
    ended(10, 10),
    ended(10, 10, { engine: "crun", level: "container" }),
    ended(10, 10, { forecast: null }),
    ended(10, 10, { tasks: { succeeded: 2 } }),
  ];
  const { runs: count, scores } = accuracyOf(runs, "local");
  expect(count).toBe(2);
  expect(scores.filter(({ term }) => term === "running").map(({ engine }) => engine)).toEqual([
    "host",
    "crun",
  ]);
});

test("without runs there is nothing to score", () => {
  expect(accuracyOf([], "local")).toEqual({ runs: 0, since: null, scores: [] });
});
