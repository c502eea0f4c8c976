import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrialResult } from "../src/cli/trial-result.ts";
import type { Plan } from "../src/model/plan.ts";
import type { Run } from "../src/model/run.ts";
import { type Installation, install, until } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-trial-"));
let aloft: Installation;

beforeAll(() => {
  aloft = install();
});
afterAll(async () => {
  await aloft[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Takes as many milliseconds as N says. */
function workload(name: string, more = ""): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}
command: true ${name}; sleep "$((N / 1000)).$(printf %03d $((N % 1000)))"
env: { N: 6400 }
resources: { cpus: 1, memory: 64 MiB }
profile: { size: { value: 6400, variable: N } }
${more}`,
  );
  return file;
}

describe("a trial", () => {
  test("lets the plan predict the full size, which has not been run", async () => {
    const file = workload("steps");
    const before = await aloft.json<Plan>(["plan", "--only", "local", file]);
    expect(before.candidates[0]?.time.run.estimate).toBeNull();

    const trial = await aloft.json<TrialResult>(["trial", file]);
    expect(trial.runs.map(({ cpus, size }) => [cpus, size])).toEqual([
      [1, 400],
      [1, 800],
      [1, 1600],
    ]);
    expect(trial.runs[0]?.predicted).toBeNull();
    expect(trial.runs[1]?.predicted).not.toBeNull();
    expect(trial.runs.every(({ seconds, size }) => seconds !== null && size !== null)).toBe(true);
    expect(trial.full.run.evidence[0]?.text).toBe("3 runs at 3 sizes on here");

    const { candidates } = await aloft.json<Plan>(["plan", "--only", "local", file]);
    const run = candidates.find(({ engine }) => engine === trial.engine)?.time.run;
    expect(run?.estimate?.median).toBeGreaterThan(trial.runs.at(-1)?.seconds ?? Number.NaN);
    const runs = await aloft.json<Run[]>(["ps", "--all"]);
    expect(runs.filter((one) => one.name === "steps").map((one) => one.workload.env.N)).toEqual([
      "1600",
      "800",
      "400",
    ]);

    const again = await aloft.run(["trial", file]);
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("3 runs of the trial had been made before");
    expect(again.stdout).toMatch(/^full workload, 1 cpu, size 6400\n {4}run +\d/m);
  });

  test("keeps its budget, and tells what it left out", async () => {
    const file = workload("long", "metrics: {}");
    const trial = await aloft.run(["trial", "--budget", "1s", "--sizes", "200,6400", file]);
    expect(trial.code).toBe(0);
    expect(trial.stdout).toMatch(
      /not run: 1 cpu, size 6400: (about .+ expected|the budget is used up)/,
    );
    const none = await aloft.run(["trial", "--budget", "1s", "--sizes", "6000", workload("none")]);
    expect({ code: none.code, out: none.stdout }).toMatchObject({ code: 4 });
    expect(none.stdout).toContain("timed-out");
  });

  test("ends with 1 where a run fails", async () => {
    const file = join(folder, "fails.yaml");
    writeFileSync(file, "name: fails\ncommand: exit 3\n");
    const { code, stdout, stderr } = await aloft.run(["trial", file]);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stdout).toContain("every run is a full one");
    expect(stderr).toContain("aloft logs");
  });

  test("is ended by Ctrl-C, its run with it", async () => {
    const child = aloft.start(["trial", "--sizes", "6300", workload("stopped")]);
    const ended = new Promise((resolve) => {
      child.on("exit", resolve);
    });
    const own = async (state: string): Promise<boolean> =>
      (await aloft.json<Run[]>(["ps", "--all"])).some(
        (run) => run.name === "stopped" && run.state === state,
      );
    await until(() => own("running"), "the run of the trial goes on");
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await own("cancelled")).toBe(true);
  });

  test.each([
    [["--sizes", "10"], "command: 'true'", /does not tell what sets its size/],
    [["--cpus", "0"], "command: 'true'", /--cpus: "0" is not a number above zero/],
    [["--cpus", "5000"], "command: 'true'", /--cpus: 5000 is more than this machine has/],
    [
      [],
      "command: 'true'\nenv: { N: 5 }\nprofile: { size: { value: 6, variable: N } }",
      /profile.size.value is 6, but env.N, which is to set it, is 5/,
    ],
  ])("refuses %j of %s", async (args, text, message) => {
    const file = join(folder, "wrong.yaml");
    writeFileSync(file, text);
    const { code, stderr } = await aloft.run(["trial", ...args, file]);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toMatch(message);
  });
});
