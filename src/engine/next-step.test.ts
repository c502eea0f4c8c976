import fc from "fast-check";
import { expect, test } from "vitest";
import type { ExitRecord } from "../model/exit-record.ts";
import { canMove, RunState } from "../model/run.ts";
import { aRun } from "../model/run-sample.ts";
import { nextStep } from "./next-step.ts";
import { outcomeOf } from "./outcome.ts";

const exit: ExitRecord = {
  code: 0,
  startedAt: 1000,
  endedAt: 1001,
  cpuSeconds: 0.5,
  maxMemoryBytes: 4096,
  oomKills: 0,
  timedOut: false,
  cancelled: false,
  diskFull: false,
  engineFailed: false,
};
const id = aRun().id;

test.each([
  ["staging", undefined, "stage"],
  ["starting", undefined, "submit"],
  ["starting", { id, state: "waiting" }, "wait"],
  ["starting", { id, state: "running", startedAt: 1 }, "note-running"],
  ["starting", { id, state: "ended", exit }, "finish"],
  ["running", { id, state: "running", startedAt: 1 }, "wait"],
  ["running", { id, state: "ended", exit }, "finish"],
  ["running", { id, state: "vanished", detail: "gone" }, "finish"],
  ["running", undefined, "finish"],
  ["queued", undefined, "wait"],
] as const)("%s, observed %o: %s", (state, observed, step) => {
  expect(nextStep(aRun({ state }), observed).do).toBe(step);
});

test("a cancelled run is stopped when it runs, and submitted when it may have begun", () => {
  const asked = { cancelRequested: true };
  const running = { id, state: "running", startedAt: 1 } as const;
  expect(nextStep(aRun({ state: "running", ...asked }), running).do).toBe("stop");
  expect(nextStep(aRun({ state: "starting", ...asked }), undefined).do).toBe("submit");
  expect(nextStep(aRun({ state: "staging", ...asked }), undefined)).toMatchObject({
    do: "finish",
    outcome: { state: "cancelled" },
  });
});

test.each([
  [{}, "succeeded", null],
  [{ code: 7 }, "failed", null],
  [{ code: 137 }, "failed", "SIGKILL"],
  [{ code: 137, oomKills: 1 }, "out-of-memory", "SIGKILL"],
  [{ code: 0, oomKills: 1 }, "succeeded", null],
  [{ code: 143, timedOut: true }, "timed-out", "SIGTERM"],
  [{ code: 143, timedOut: true, cancelled: true }, "cancelled", "SIGTERM"],
  [{ code: 1, diskFull: true }, "failed", null],
  [{ code: 0, diskFull: true }, "failed", null],
  [{ code: 125, engineFailed: true }, "failed", null],
] as const)("exit record %o means %s", (changes, state, signal) => {
  const outcome = outcomeOf({ ...exit, ...changes }, aRun());
  expect(outcome).toMatchObject({ state, signal });
  expect(outcome.reason === null).toBe(state === "succeeded");
});

test("every end of an exit record is one that a running run may move to", () => {
  const booleans = fc.record({
    timedOut: fc.boolean(),
    cancelled: fc.boolean(),
    diskFull: fc.boolean(),
    engineFailed: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.nat({ max: 3 }),
      booleans,
      (code, oomKills, flags) => {
        const { state } = outcomeOf({ ...exit, code, oomKills, ...flags }, aRun());
        expect(RunState.options).toContain(state);
        expect(canMove("running", state) && canMove("starting", state)).toBe(true);
      },
    ),
  );
});
