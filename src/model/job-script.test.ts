import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ExitRecord } from "./exit-record.ts";
import { type Job, jobFiles, type JobLimits, type Sandbox } from "./job.ts";
import { jobScript, reserveBytes } from "./job-script.ts";
import { stopScript } from "./stop-script.ts";

const shells = [
  { name: "dash", argv: ["dash"], install: "apt-get install dash" },
  { name: "busybox", argv: ["busybox", "sh"], install: "apt-get install busybox-static" },
  { name: "bash", argv: ["bash", "--posix"], install: "apt-get install bash" },
].map((shell) => ({
  ...shell,
  here: spawnSync(shell.argv[0] ?? "", ["--help"]).error === undefined,
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft job's "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(script: string, sandbox: Partial<Sandbox> = {}, limits: Partial<JobLimits> = {}) {
  const job: Job = {
    id: "test",
    folder,
    sandbox: {
      files: [],
      command: ["sh", "-c", script],
      env: {},
      before: [],
      after: [],
      terminate: "tree",
      overheadBytes: 0,
      ...sandbox,
    },
    limits: { cpus: 1, memoryBytes: 1e9, pids: 100, graceSeconds: 5, ...limits },
  };
  writeFileSync(join(folder, jobFiles.script), jobScript(job, {}));
  writeFileSync(join(folder, jobFiles.stop), stopScript(job, {}));
  writeFileSync(join(folder, jobFiles.reserve), " ".repeat(reserveBytes));
  return job;
}

function start(argv: readonly string[], script: string, ...args: string[]) {
  const [program = "", ...rest] = argv;
  const child = spawn(program, [...rest, join(folder, script), ...args], {
    detached: true,
    stdio: "ignore",
  });
  return { child, ended: new Promise<number | null>((done) => child.on("exit", done)) };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited too long");
    await new Promise((done) => setTimeout(done, 5));
  }
}

const text = (name: string) => readFileSync(join(folder, name), "utf8");
const record = () => ExitRecord.parse(JSON.parse(text(jobFiles.exit)));

/** A zombie that nobody has reaped yet is not alive. */
function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe.each(shells)("job.sh and stop.sh under $name", ({ name, argv, install, here }) => {
  describe.skipIf(!here)(`with ${name} (${install})`, () => {
    test.each([jobFiles.cancelled, jobFiles.timedOut])(
      "an engine that was ended (%s) before the command began has not failed",
      async (marker) => {
        write(`touch "$aloft_run/${marker}"; exit 1`, {
          started: "started",
          before: ["export aloft_run"],
        });
        await start(argv, jobFiles.script).ended;
        expect(record()).toMatchObject({ code: 143, engineFailed: false });
      },
    );

    test("runs the command once, however often it is started, and tells how it ended", async () => {
      write("echo out; echo err >&2; echo x >> count; exit 7", {
        env: { QUOTED: `it's "so"\n$HOME \\ ü` },
      });
      const before = Date.now() / 1000;
      await Promise.all([1, 2, 3, 4].map(() => start(argv, jobFiles.script).ended));
      expect(text("count")).toBe("x\n");
      expect([text(jobFiles.stdout), text(jobFiles.stderr)]).toEqual(["out\n", "err\n"]);
      const exit = record();
      expect(exit).toMatchObject({ code: 7, oomKills: 0, timedOut: false, cancelled: false });
      expect(exit).toMatchObject({ diskFull: false, engineFailed: false });
      expect(Math.abs(exit.startedAt - before)).toBeLessThan(3);
      expect(exit.endedAt).toBeGreaterThanOrEqual(exit.startedAt);
    });

    test("passes the environment exactly", async () => {
      const value = `it's "so"\n$HOME \\ ü`;
      write('printf %s "$QUOTED"', { env: { QUOTED: value } });
      await start(argv, jobFiles.script).ended;
      expect(text(jobFiles.stdout)).toBe(value);
    });

    test("leaves no signal ignored in the command", async () => {
      write("exec cat /proc/self/status", {}, { seconds: 50 });
      await start(argv, jobFiles.script).ended;
      expect(text(jobFiles.stdout)).toMatch(/^SigIgn:\s+0+$/m);
    });

    test("counts the processor time of the tree", async () => {
      write("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
      await start(argv, jobFiles.script).ended;
      expect(record().cpuSeconds).toBeGreaterThan(0.02);
    });

    test("ends what the command left running", async () => {
      write("sleep 1000 & echo $!");
      await start(argv, jobFiles.script).ended;
      const left = Number(text(jobFiles.stdout));
      await until(() => !alive(left));
      expect(record().code).toBe(0);
    });

    test("the time limit ends the whole tree, and says so", async () => {
      write("sh -c 'sleep 1000 & echo $! > child; wait'", {}, { seconds: 0.3 });
      await start(argv, jobFiles.script).ended;
      expect(record()).toMatchObject({ code: 143, timedOut: true, cancelled: false });
      await until(() => !alive(Number(text("child"))));
    });

    test("a time limit that was not reached leaves no watchdog", async () => {
      write("true", {}, { seconds: 123456 });
      await start(argv, jobFiles.script).ended;
      expect(record()).toMatchObject({ code: 0, timedOut: false });
      await until(() => !spawnSync("pgrep", ["-f", "sleep 123456"]).stdout.length);
    });

    test("a program that ignores TERM is killed after its grace time", async () => {
      write("trap '' TERM; echo > ready; while :; do sleep 0.05; done", {}, { graceSeconds: 0.3 });
      const job = start(argv, jobFiles.script);
      await until(() => existsSync(join(folder, "ready")));
      await start(argv, jobFiles.stop, jobFiles.cancelled).ended;
      await job.ended;
      expect(record()).toMatchObject({ code: 137, cancelled: true });
    });

    test("a handler of TERM decides the exit code", async () => {
      write("trap 'exit 3' TERM; echo > ready; while :; do sleep 0.05; done");
      const job = start(argv, jobFiles.script);
      await until(() => existsSync(join(folder, "ready")));
      await start(argv, jobFiles.stop, jobFiles.cancelled).ended;
      await job.ended;
      expect(record()).toMatchObject({ code: 3, cancelled: true });
    });

    test("a job that was cancelled before it began does not run", async () => {
      write("echo > ran");
      await start(argv, jobFiles.stop, jobFiles.cancelled).ended;
      await start(argv, jobFiles.script).ended;
      expect(existsSync(join(folder, "ran"))).toBe(false);
      expect(record()).toMatchObject({ code: 143, cancelled: true });
    });

    test("stopping ends the tree of a job.sh that was killed", async () => {
      write("echo $$ > child; exec sleep 1000");
      const job = start(argv, jobFiles.script);
      await until(() => existsSync(join(folder, "child")) && text("child") !== "");
      job.child.kill("SIGKILL");
      await job.ended;
      await start(argv, jobFiles.stop, jobFiles.cancelled, "", "now").ended;
      await until(() => !alive(Number(text("child"))));
      expect(existsSync(join(folder, jobFiles.exit))).toBe(false);
    });

    test("a failing preparation is the engine's failure", async () => {
      write("echo > ran", { before: ["false"] });
      await start(argv, jobFiles.script).ended;
      expect(record()).toMatchObject({ code: 125, engineFailed: true });
      expect(existsSync(join(folder, "ran"))).toBe(false);
    });

    test("an engine that never began its command has failed", async () => {
      write("exit 1", { started: "started" });
      await start(argv, jobFiles.script).ended;
      expect(record()).toMatchObject({ code: 1, engineFailed: true });
    });

    test("a program that is not there gives 127", async () => {
      write("", { command: ["no-such-program-here"] });
      await start(argv, jobFiles.script).ended;
      expect(record()).toMatchObject({ code: 127, engineFailed: false });
    });

    const root = process.getuid?.() === 0;
    test.skipIf(!root)("tells of a full disk (needs root)", async () => {
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status).toBe(0);
      try {
        mkdirSync(join(folder, jobFiles.work));
        write(
          "while echo 0123456789012345678901234567890123456789; do :; done 2> /dev/null; exit 4",
        );
        await start(argv, jobFiles.script).ended;
        expect(record()).toMatchObject({ code: 4, diskFull: true });
      } finally {
        spawnSync("umount", ["-l", folder]);
      }
    });
  });
});
