import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { randomId } from "../base/ids.ts";
import { type Job, jobFiles, type JobLimits, type Sandbox } from "../model/job.ts";
import type { Observed, Platform } from "./platform.ts";

export interface PlatformTrial {
  /** A platform that keeps everything below the folder. Opened twice on one folder, the second takes over from the first. */
  open(folder: string): Promise<Platform>;
  /** Why it cannot be tried here. */
  readonly skip?: string;
}

/** The contract of `Platform`, for every implementation whose run directories this machine sees. */
export function describePlatform(name: string, trial: PlatformTrial): void {
  describe.skipIf(trial.skip !== undefined)(`platform ${name} ${trial.skip ?? ""}`, () => {
    let folder: string;
    let platform: Platform;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "aloft-platform-"));
      platform = await trial.open(folder);
    });
    afterEach(async () => {
      for (const { id, state } of await platform.list(signal())) {
        if (state === "running") await platform.cancel(id, { now: true }, signal());
        await settled(id);
        await platform.release(id, signal());
      }
      await platform[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    async function job(script: string, more: JobParts = {}): Promise<Job> {
      const id = randomId();
      const { folder: place } = await platform.stage({ id }, signal());
      return jobIn(id, place, script, more);
    }

    async function settled(id: string): Promise<Observed | undefined> {
      for (;;) {
        const seen = await platform.observe(id, signal());
        if (seen?.state !== "running" && seen?.state !== "waiting") return seen;
        await delay(5);
      }
    }

    async function began(id: string): Promise<void> {
      while ((await platform.observe(id, signal()))?.state !== "running") await delay(5);
    }

    test("runs a job and tells how it ended", async () => {
      const it = await job("echo out; exit 7");
      await platform.submit(it, signal());
      expect(await settled(it.id)).toMatchObject({ id: it.id, state: "ended", exit: { code: 7 } });
      expect(readFileSync(join(it.folder, jobFiles.stdout), "utf8")).toBe("out\n");
    });

    test("a job that was submitted twice runs once", async () => {
      const it = await job("echo x >> work/count; sleep 0.2");
      await Promise.all([1, 2, 3].map(() => platform.submit(it, signal())));
      await settled(it.id);
      await platform.submit(it, signal());
      await settled(it.id);
      expect(readFileSync(join(it.folder, "work/count"), "utf8")).toBe("x\n");
    });

    test("knows nothing of a job that it never had, or that was only staged", async () => {
      expect(await platform.observe("unknown", signal())).toBeUndefined();
      expect(await platform.observe((await job("true")).id, signal())).toBeUndefined();
    });

    test("staging again gives the same place, with what is in it", async () => {
      const { id, folder: place } = await job("true");
      execFileSync("touch", [join(place, "work/input")]);
      expect((await platform.stage({ id }, signal())).folder).toBe(place);
      expect(existsSync(join(place, "work/input"))).toBe(true);
    });

    test("tells who listens that a job has begun and that it has ended", async () => {
      const it = await job("while [ ! -e work/go ]; do sleep 0.02; done");
      const states: string[] = [];
      const all: Promise<void>[] = [];
      const listening = platform.watch((id) => {
        if (id !== it.id) return;
        const seen = platform.observe(id, signal());
        all.push(seen.then((now) => void states.push(now?.state ?? "unknown")));
      });
      await platform.submit(it, signal());
      await waitFor(() => states.includes("running"));
      execFileSync("touch", [join(it.folder, "work/go")]);
      await waitFor(() => states.includes("ended"));
      listening[Symbol.dispose]();
      await Promise.all(all);
      expect(states).toEqual(["running", "ended"]);
    });

    test("cancels a job, again and again, and leaves one that has ended alone", async () => {
      const it = await job("exec sleep 1000");
      await platform.submit(it, signal());
      await began(it.id);
      await platform.cancel(it.id, { now: false }, signal());
      await platform.cancel(it.id, { now: true }, signal());
      expect(await settled(it.id)).toMatchObject({ exit: { cancelled: true } });
      const ended = await job("exit 3");
      await platform.submit(ended, signal());
      await settled(ended.id);
      await platform.cancel(ended.id, { now: false }, signal());
      expect(await settled(ended.id)).toMatchObject({ exit: { code: 3, cancelled: false } });
      await platform.cancel("unknown", { now: false }, signal());
    });

    test("a job that was cancelled before it was submitted does not run", async () => {
      const it = await job("echo > work/ran");
      await platform.cancel(it.id, { now: false }, signal());
      await platform.submit(it, signal());
      expect(await settled(it.id)).toMatchObject({ exit: { code: 143, cancelled: true } });
      expect(existsSync(join(it.folder, "work/ran"))).toBe(false);
    });

    test("lists its jobs", async () => {
      const jobs = await Promise.all(["exit 0", "exit 1"].map((script) => job(script)));
      for (const it of jobs) await platform.submit(it, signal());
      for (const it of jobs) await settled(it.id);
      const seen = await platform.list(signal());
      expect(new Map(seen.map(({ id, state }) => [id, state]))).toEqual(
        new Map(jobs.map(({ id }) => [id, "ended"])),
      );
    });

    test("releases as often as one likes, keeps the outcome, and refuses while the job runs", async () => {
      const it = await job("exec sleep 1000");
      await platform.submit(it, signal());
      await began(it.id);
      await expect(platform.release(it.id, signal())).rejects.toMatchObject({ code: "conflict" });
      await platform.cancel(it.id, { now: true }, signal());
      await settled(it.id);
      await platform.release(it.id, signal());
      await platform.release(it.id, signal());
      expect(await settled(it.id)).toMatchObject({ state: "ended" });
    });

    test("a platform that is opened again has the jobs of the one before", async () => {
      const running = await job("while [ ! -e work/go ]; do sleep 0.02; done; exit 5");
      const over = await job("exit 6");
      await platform.submit(running, signal());
      await platform.submit(over, signal());
      await began(running.id);
      await settled(over.id);
      platform = await trial.open(folder);
      expect(await platform.observe(running.id, signal())).toMatchObject({ state: "running" });
      expect(await platform.observe(over.id, signal())).toMatchObject({ exit: { code: 6 } });
      const told = new Promise<string>((resolve) => platform.watch(resolve));
      await platform.submit(running, signal());
      execFileSync("touch", [join(running.folder, "work/go")]);
      expect(await told).toBe(running.id);
      expect(await settled(running.id)).toMatchObject({ exit: { code: 5 } });
    });

    test("a job whose job.sh was killed has vanished; releasing it ends its tree", async () => {
      const it = await job(
        `mkfifo ${jobFiles.enginePrefix}pipe; echo $$ > work/child; exec sleep 1000`,
      );
      await platform.submit(it, signal());
      const child = () => readText(join(it.folder, "work/child")).trim();
      await waitFor(() => child() !== "");
      const [pid] = readText(join(it.folder, jobFiles.pid)).split(" ");
      process.kill(Number(pid), "SIGKILL");
      expect(await settled(it.id)).toMatchObject({ state: "vanished" });
      await platform.release(it.id, signal());
      await waitFor(() => !/^State:\s+[^ZX]/m.test(readText(`/proc/${child()}/status`)));
      const left = readdirSync(it.folder, { withFileTypes: true });
      expect(left.filter((entry) => entry.isFIFO()).map(({ name }) => name)).toEqual([]);
    });

    test("a failing preparation is told as the engine's failure", async () => {
      const it = await job("true", { sandbox: { before: ["false"] } });
      await platform.submit(it, signal());
      expect(await settled(it.id)).toMatchObject({ exit: { engineFailed: true } });
    });
  });
}

function signal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

interface JobParts {
  readonly sandbox?: Partial<Sandbox>;
  readonly limits?: Partial<JobLimits>;
}

function jobIn(id: string, folder: string, script: string, more: JobParts): Job {
  return {
    id,
    folder,
    sandbox: {
      files: [],
      command: ["sh", "-c", script],
      env: {},
      before: [],
      after: [],
      terminate: "tree",
      overheadBytes: 0,
      ...more.sandbox,
    },
    limits: { cpus: 1, memoryBytes: 2 ** 28, pids: 100, graceSeconds: 5, ...more.limits },
  };
}

async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited too long");
    await delay(5);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
