import { expect, test } from "vitest";
import { hasEnded as modelHasEnded, type Run, RunState } from "../model/run.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { hasEnded } from "./run-states.ts";
import { aRun } from "../model/run-sample.ts";

test.each<[Partial<Run>, number]>([
  [{ state: "succeeded", exitCode: 0 }, 0],
  [{ state: "failed", exitCode: 7 }, 7],
  [{ state: "failed", exitCode: 139, signal: "SIGSEGV" }, 139],
  [{ state: "failed", exitCode: null }, 125],
  [{ state: "failed", exitCode: null, tasks: { succeeded: 1, failed: 1 } }, 1],
  [{ state: "timed-out", exitCode: 143 }, 124],
  [{ state: "out-of-memory", exitCode: 137 }, 137],
  [{ state: "cancelled", exitCode: null }, 130],
  [{ state: "lost", exitCode: null }, 125],
])("a run that ended as %o gives %i", (ended, code) => {
  expect(exitCodeOf({ ...aRun(), ...ended })).toBe(code);
});

test("the same states have ended as in the model", () => {
  for (const state of RunState.options) expect(hasEnded(state)).toBe(modelHasEnded(state));
});
