import { afterEach, describe, expect, test } from "vitest";
import { aRun } from "../model/run-sample.ts";
import { familyFingerprint } from "../model/workload-family.ts";
import type { Storage } from "./storage.ts";

/** The contract of `storage.ts`, for every implementation. `open` gives the same storage again after it was closed. */
export function describeStorage(name: string, open: () => Promise<Storage>): void {
  describe(`storage: ${name}`, () => {
    let storage: Storage | undefined;
    const opened = async (): Promise<Storage> => {
      storage = await open();
      return storage;
    };
    afterEach(() => storage?.[Symbol.asyncDispose]());

    test("what was written is there after it was closed and opened", async () => {
      const first = await opened();
      await first.insertRuns([aRun({ id: "a" })]);
      await first.updateRun(aRun({ id: "a", state: "staging" }), "queued");
      await first[Symbol.asyncDispose]();
      const second = await opened();
      expect(await second.getRun("a")).toEqual(aRun({ id: "a", state: "staging" }));
    });

    test("the same key records once", async () => {
      const runs = await opened();
      expect(await runs.insertRuns([aRun({ id: "a" })], "request-1")).toBeUndefined();
      expect((await runs.insertRuns([aRun({ id: "b" })], "request-1"))?.id).toBe("a");
      expect(await runs.getRun("b")).toBeUndefined();
    });

    test("two requests with one key at once record once", async () => {
      const runs = await opened();
      const answers = await Promise.all(
        ["a", "b"].map((id) => runs.insertRuns([aRun({ id })], "request-1")),
      );
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      expect(await runs.listRuns({})).toHaveLength(1);
    });

    test("a run moves only from the state it is in, along the table", async () => {
      const runs = await opened();
      await runs.insertRuns([aRun({ id: "a" })]);
      const conflict = { code: "conflict" };
      const staging = aRun({ id: "a", state: "staging" });
      await expect(runs.updateRun(staging, "staging")).rejects.toMatchObject(conflict);
      const ended = aRun({ id: "a", state: "succeeded", endedAt: 1001 });
      await expect(runs.updateRun(ended, "queued")).rejects.toMatchObject(conflict);
      await runs.updateRun(staging, "queued");
      await expect(runs.updateRun(staging, "queued")).rejects.toMatchObject(conflict);
      await expect(runs.updateRun(aRun({ id: "no" }), "queued")).rejects.toMatchObject(conflict);
    });

    test("one refused write leaves those beside it alone", async () => {
      const runs = await opened();
      await runs.insertRuns([aRun({ id: "a" })]);
      const results = await Promise.allSettled([
        runs.insertRuns([aRun({ id: "b" })]),
        runs.insertRuns([aRun({ id: "c" }), aRun({ id: "a" })]),
        runs.insertRuns([aRun({ id: "d" })]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await runs.listRuns({})).map(({ id }) => id).toSorted()).toEqual(["a", "b", "d"]);
    });

    test("runs are found by id, by the start of one, and by name", async () => {
      const runs = await opened();
      await runs.insertRuns([
        aRun({ id: "abc1", name: "x", createdAt: 1 }),
        aRun({ id: "abd2", name: "y", createdAt: 2 }),
        aRun({ id: "zzz3", name: "x", createdAt: 3 }),
      ]);
      const ids = async (reference: string) => (await runs.findRuns(reference)).map(({ id }) => id);
      expect(await ids("abc1")).toEqual(["abc1"]);
      expect(await ids("ab")).toEqual(["abd2", "abc1"]);
      expect(await ids("x")).toEqual(["zzz3", "abc1"]);
      expect(await ids("%")).toEqual([]);
      expect(await ids("")).toHaveLength(3);
    });

    test("tasks are listed with their array only, and counted", async () => {
      const runs = await opened();
      const task = (index: number) => ({ array: "a", index, count: 2 });
      await runs.insertRuns([
        aRun({ id: "a", tasks: { queued: 2 } }),
        aRun({ id: "a.1", task: task(1) }),
        aRun({ id: "a.0", task: task(0), state: "failed", endedAt: 5 }),
      ]);
      expect((await runs.listRuns({})).map(({ id }) => id)).toEqual(["a"]);
      expect((await runs.listRuns({ array: "a" })).map(({ id }) => id)).toEqual(["a.0", "a.1"]);
      expect(await runs.listRuns({ tasks: true, active: true })).toHaveLength(2);
      expect(await runs.countStates("a")).toEqual({ failed: 1, queued: 1 });
      expect(await runs.countStates()).toEqual({ queued: 1 });
    });

    test("history is of succeeded runs of the workload, the newest first", async () => {
      const runs = await opened();
      const past = (id: string, endedAt: number, changes = {}) =>
        aRun({
          ...{ id, endedAt, state: "succeeded", fingerprint: "w" },
          timings: { queued: 0, staging: 0, starting: 0.5, running: endedAt },
          ...changes,
        });
      await runs.insertRuns([
        past("a", 1),
        past("b", 2),
        past("c", 3, { state: "failed" }),
        past("d", 4, { fingerprint: "other" }),
      ]);
      expect(await runs.history("w", 10)).toEqual([
        { engine: "host", runSeconds: 2, startSeconds: 0.5, endedAt: 2 },
        { engine: "host", runSeconds: 1, startSeconds: 0.5, endedAt: 1 },
      ]);
      expect(await runs.history("w", 1)).toHaveLength(1);
      const { workload } = aRun();
      const sized = { ...workload, resources: { cpus: 2 }, profile: { size: { value: 40 } } };
      await runs.insertRuns([past("e", 5, { workload: sized })]);
      expect(await runs.family(familyFingerprint(sized), 10)).toEqual([
        { engine: "host", runSeconds: 5, cpus: 2, size: 40, endedAt: 5 },
        { engine: "host", runSeconds: 4, cpus: 1, size: null, endedAt: 4 },
        { engine: "host", runSeconds: 2, cpus: 1, size: null, endedAt: 2 },
        { engine: "host", runSeconds: 1, cpus: 1, size: null, endedAt: 1 },
      ]);
      expect(await runs.startSeconds("host", 2)).toEqual([0.5, 0.5]);
      expect(await runs.startSeconds("crun", 2)).toEqual([]);
      expect((await runs.succeeded(2)).map(({ id }) => id)).toEqual(["e", "d"]);
    });
  });
}
