import { expect, test } from "vitest";
import { aRun } from "../model/run-sample.ts";
import { arrayMoves, arrayReason } from "./arrays.ts";

test.each([
  ["queued", { queued: 3 }, []],
  ["queued", { queued: 2, staging: 1 }, ["staging"]],
  ["queued", { queued: 2, running: 1 }, ["staging", "starting", "running"]],
  ["starting", { queued: 2, succeeded: 1 }, ["running"]],
  ["running", { queued: 2, succeeded: 1 }, []],
  ["running", { succeeded: 3 }, ["succeeded"]],
  ["running", { succeeded: 2, failed: 1 }, ["failed"]],
  ["running", { succeeded: 2, lost: 1 }, ["failed"]],
  ["running", { succeeded: 1, failed: 1, cancelled: 1 }, ["cancelled"]],
  ["queued", { cancelled: 3 }, ["cancelled"]],
  ["queued", { succeeded: 3 }, ["staging", "starting", "running", "succeeded"]],
  ["succeeded", { succeeded: 3 }, []],
] as const)("an array in %s with tasks %o moves along %o", (state, tasks, moves) => {
  expect(arrayMoves(aRun({ state }), tasks)).toEqual(moves);
});

test("the reason counts what did not succeed", () => {
  expect(arrayReason({ succeeded: 8, failed: 1, "timed-out": 1 })).toBe(
    "1 failed, 1 timed-out of 10 tasks",
  );
  expect(arrayReason({ succeeded: 8 })).toBeNull();
});
