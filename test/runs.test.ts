import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Doctor, Status } from "../src/contract/operations.ts";
import type { Run } from "../src/model/run.ts";
import { type Installation, install, until } from "./installation.ts";
import { smallRoot } from "./small-image.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-runs-"));
let aloft: Installation;

beforeAll(async () => {
  aloft = install();
  await aloft.json([
    "image",
    "build",
    "--from",
    smallRoot(join(folder, "root")),
    "--name",
    "small",
  ]);
});
afterAll(async () => {
  await aloft.run(["down", "--cancel"]);
  await until(() => aloft.leftovers().length === 0, "nothing is left");
  await aloft[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const small = ["--image", "small", "--memory", "128 MiB"];

function workload(name: string, text: string): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const file = join(place, name.endsWith(".sbatch") ? name : "workload.yaml");
  writeFileSync(file, text);
  return file;
}

describe("one workload at every level", () => {
  test("gives the same output and exit code", async () => {
    const { engines } = await aloft.json<Doctor>(["doctor"]);
    const levels = new Set(
      engines.filter(({ availability }) => availability.available).map(({ level }) => level),
    );
    expect([...levels]).toContain("container");
    const outcomes = [];
    for (const level of levels) {
      const script = "echo out; echo err >&2; cat /etc/os-release; pwd; exit 7";
      const args = ["run", "--level", level, ...small, "--", "sh", "-c", script];
      const { code, stdout, stderr } = await aloft.run(args);
      expect(stderr.split("\n"), level).toContain("err");
      outcomes.push({ code, stdout });
    }
    const expected = { code: 7, stdout: 'out\nPRETTY_NAME="small"\n/work\n' };
    expect(outcomes).toEqual(outcomes.map(() => expected));
  });

  test("virtual machines of both engines share an image at the same time", async () => {
    const { engines } = await aloft.json<Doctor>(["doctor"]);
    const vms = engines.filter(
      ({ level, availability }) => level === "vm" && availability.available,
    );
    const cpus = ["--cpus", "0.5"];
    const runs = await Promise.all(
      vms.map(({ engine }) =>
        aloft.json<Run>(["run", "--engine", engine, ...cpus, ...small, "--", "sleep", "1"]),
      ),
    );
    expect(runs.map(({ state }) => state)).toEqual(vms.map(() => "succeeded"));
  });

  test("a run without an image is a process of the host", async () => {
    const { stdout, code } = await aloft.run(["run", "--", "sh", "-c", "cat /proc/1/comm; exit 3"]);
    expect({ stdout, code }).toEqual({ stdout: readFileSync("/proc/1/comm", "utf8"), code: 3 });
  });

  test("a level that cannot be is refused with its reason", async () => {
    const { code, stderr } = await aloft.run([
      "run",
      "--level",
      "vm",
      "--cpus",
      "900",
      ...small,
      "--",
      "true",
    ]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/asks for 900 cpus and this machine has \d+/);
  });
});

describe("a run", () => {
  test("tells everything about itself as JSON", async () => {
    const file = workload(
      "metrics",
      `name: metrics
image: small
command: cat input.txt > result.dat; echo "speed 2.5"
inputs: [input.txt]
outputs: ["*.dat"]
resources: { memory: 128 MiB }
metrics:
  speed: { regex: 'speed (\\S+)', unit: m/s, better: higher }
`,
    );
    writeFileSync(join(folder, "metrics/input.txt"), "12345");
    const run = await aloft.json<Run>(["run", file]);
    expect(run).toMatchObject({
      name: "metrics",
      state: "succeeded",
      exitCode: 0,
      signal: null,
      level: "container",
      outputs: [{ path: "result.dat", bytes: 5 }],
      metrics: { speed: { value: 2.5, unit: "m/s", better: "higher" } },
      predicted: null,
      usage: { outputBytes: 5 },
    });
    for (const seconds of Object.values(run.timings)) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(run.usage.maxMemoryBytes).toBeGreaterThan(0);
    expect(readFileSync(join(run.folder, "work/result.dat"), "utf8")).toBe("12345");

    await until(async () => {
      const again = await aloft.json<Run>(["rerun", run.id, "--detach"]);
      await aloft.run(["wait", again.id]);
      return again.predicted !== null && again.predicted.samples >= 1;
    }, "a second run is predicted from the first");
  });

  test("over its memory is out-of-memory, over its time is timed-out, and exit codes say so", async () => {
    const hungry = ["sh", "-c", "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done"];
    const memory = await aloft.run([
      "run",
      "--image",
      "small",
      "--memory",
      "32 MiB",
      "--",
      ...hungry,
    ]);
    expect(memory.code).toBe(137);
    expect(memory.stderr).toMatch(/out.of.memory/);
    const time = await aloft.run(["run", "--time", "1s", ...small, "--", "sleep", "60"]);
    expect(time.code).toBe(124);
  });

  test("is cancelled by Ctrl-C, tree and all", async () => {
    const child = aloft.start([
      "run",
      ...small,
      "--name",
      "long",
      "--",
      "sh",
      "-c",
      "sleep 987 & sleep 986",
    ]);
    await until(async () => {
      const run = (await aloft.json<Run[]>(["ps"])).find(({ name }) => name === "long");
      return run?.state === "running";
    }, "the run is running");
    child.kill("SIGINT");
    const code = await new Promise((resolve) => {
      child.on("exit", resolve);
    });
    expect(code).toBe(130);
    expect(await aloft.json<Run>(["show", "long"])).toMatchObject({ state: "cancelled" });
  });

  test("is found by its name and the start of its id, and a wrong one is said", async () => {
    const { id } = await aloft.json<Run>(["run", "--detach", "--name", "named", "--", "true"]);
    await aloft.run(["wait", id]);
    expect((await aloft.json<Run>(["show", "named"])).id).toBe(id);
    expect((await aloft.json<Run>(["show", id.slice(0, 8)])).id).toBe(id);
    const { code, stderr } = await aloft.run(["show", "no-such-run"]);
    expect(code).toBe(3);
    expect(stderr).toContain('there is no run "no-such-run"');
  });
});

describe("the queue", () => {
  test("never gives more cpus than there are, and every run its turn", async () => {
    const { machine } = await aloft.json<Status>(["status"]);
    const ids: string[] = [];
    for (let index = 0; index < machine.cpus * 3; index += 1) {
      const args = ["run", "--detach", "--cpus", "1", "--memory", "64 MiB", "--", "sleep", "0.3"];
      ids.push((await aloft.json<Run>(args)).id);
      expect((await aloft.json<Status>(["status"])).used.cpus).toBeLessThanOrEqual(machine.cpus);
    }
    await aloft.run(["wait", ...ids]);
    for (const id of ids) expect((await aloft.json<Run>(["show", id])).state).toBe("succeeded");
  });

  test("a waiting run is cancelled without ever beginning", async () => {
    const { machine } = await aloft.json<Status>(["status"]);
    const all = ["--cpus", String(machine.cpus), "--memory", "64 MiB"];
    const blocker = await aloft.json<Run>(["run", "--detach", ...all, "--", "sleep", "30"]);
    const waiting = await aloft.json<Run>(["run", "--detach", ...all, "--", "touch", "began"]);
    await aloft.run(["cancel", waiting.id]);
    await aloft.run(["cancel", "--now", blocker.id]);
    await aloft.run(["wait", blocker.id, waiting.id]);
    const run = await aloft.json<Run>(["show", waiting.id]);
    expect(run).toMatchObject({ state: "cancelled", exitCode: null });
    expect(existsSync(join(run.folder, "work/began"))).toBe(false);
  });
});

describe("an array", () => {
  test("runs each task with its value, and is as good as its worst task", async () => {
    const file = workload(
      "array",
      `name: array
image: small
command: 'echo "task $ALOFT_TASK_ID of $ALOFT_TASK_COUNT: $ALOFT_TASK_VALUE"; exit $ALOFT_TASK_VALUE'
parallel: { kind: array, values: [0, 0, 5, 0] }
resources: { memory: 64 MiB, cpus: 0.5 }
`,
    );
    const { id } = await aloft.json<Run>(["run", "--detach", file]);
    await aloft.run(["wait", id]);
    const array = await aloft.json<Run>(["show", id]);
    expect(array).toMatchObject({ state: "failed", tasks: { succeeded: 3, failed: 1 } });
    expect(array.reason).toBe("1 failed of 4 tasks");
    const task = await aloft.json<Run>(["show", `${id}.2`]);
    expect(task).toMatchObject({ state: "failed", exitCode: 5, task: { index: 2, value: "5" } });
    expect(readFileSync(join(task.folder, "stdout"), "utf8")).toBe("task 2 of 4: 5\n");
  });
});

test("one task of an array is cancelled alone", async () => {
  const file = workload(
    "some",
    `name: some
image: small
command: '[ $ALOFT_TASK_ID = 0 ] || sleep 60'
parallel: { kind: array, count: 2 }
resources: { memory: 64 MiB, cpus: 0.5 }
`,
  );
  const { id } = await aloft.json<Run>(["run", "--detach", file]);
  await until(async () => {
    const { state } = await aloft.json<Run>(["show", `${id}.1`]);
    return state === "running";
  }, "the task is running");
  await aloft.run(["cancel", "--now", `${id}.1`]);
  await aloft.run(["wait", id]);
  expect(await aloft.json<Run>(["show", id])).toMatchObject({
    state: "cancelled",
    tasks: { succeeded: 1, cancelled: 1 },
  });
});

test("a process of the host gets none of the variables of the shell that started the server", async () => {
  await aloft.run(["down"]);
  await aloft.run(["up"], { env: { SECRET_TOKEN: "of the shell" } });
  const { stdout } = await aloft.run(["run", "--env", "MINE=yes", "--", "env"]);
  expect(stdout).toContain("MINE=yes\n");
  expect(stdout).toMatch(/^HOME=/m);
  expect(stdout).not.toMatch(/SECRET_TOKEN|ALOFT_HOME/);
});

describe("an #SBATCH script", () => {
  test("is a workload at every level that has its interpreter", async () => {
    const file = workload(
      "job.sbatch",
      `#!/bin/sh
#SBATCH --job-name=batch --ntasks=1
#SBATCH --mem=128M --time=5
#SBATCH --mail-type=END
#SBATCH --partition=long
echo "$SLURM_JOB_NAME $SLURM_NTASKS in $SLURM_JOB_ID"
test -f slurm_script
`,
    );
    const host = await aloft.run(["run", file]);
    expect(host.code).toBe(0);
    expect(host.stdout).toMatch(/^batch 1 in \w+\n$/);
    expect(host.stderr).toMatch(/partition/);
    const inside = await aloft.run(["run", "--image", "small", "--level", "container", file]);
    expect(inside.stdout).toMatch(/^batch 1 in \w+\n$/);
  });

  test("an array of it has Slurm's variables", async () => {
    const file = workload(
      "array.sbatch",
      '#!/bin/sh\n#SBATCH --array=3-7:2\necho "$SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_TASK_COUNT"\n',
    );
    const { id } = await aloft.json<Run>(["run", "--detach", file]);
    await aloft.run(["wait", id]);
    const outputs = [0, 1, 2].map((index) =>
      readFileSync(join(aloft.home, "runs", `${id}.${index}`, "stdout"), "utf8"),
    );
    expect(outputs).toEqual(["3 of 3\n", "5 of 3\n", "7 of 3\n"]);
  });
});

describe("the workload file", () => {
  test("errors name file, line and column, and nothing is run", async () => {
    const file = workload("wrong", "name: wrong\ncomand: true\nresources: { memory: 16 Gigs }\n");
    const { code, stderr, stdout } = await aloft.run(["run", file]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/workload\.yaml:2:1: unknown field "comand"; did you mean "command"\?/);
    expect(stderr).toMatch(/workload\.yaml:3:22: "16 Gigs" is not a size/);
    expect((await aloft.json<Run[]>(["ps", "--all"])).some(({ name }) => name === "wrong")).toBe(
      false,
    );
  });
});
