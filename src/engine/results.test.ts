import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aRun } from "../model/run-sample.ts";
import { Workload, type WorkloadInput } from "../model/workload.ts";
import { stageInputs } from "./inputs.ts";
import { collectResults } from "./results.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-results-"));
  mkdirSync(join(folder, "work/deep"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(workload: Partial<WorkloadInput>) {
  return aRun({ folder, workload: Workload.parse({ command: "true", ...workload }) });
}

test("outputs are the plain files that the globs match", async () => {
  writeFileSync(join(folder, "work/a.dat"), "12345");
  writeFileSync(join(folder, "work/deep/b.dat"), "1");
  writeFileSync(join(folder, "work/c.txt"), "no");
  symlinkSync("/etc/passwd", join(folder, "work/link.dat"));
  const { outputs, outputBytes } = await collectResults(run({ outputs: ["*.dat", "deep"] }));
  expect(outputs).toEqual([{ path: "a.dat", bytes: 5 }]);
  expect(outputBytes).toBe(5);
  const all = await collectResults(run({ outputs: ["**/*.dat", "no-such"] }));
  expect(all.outputs.map(({ path }) => path)).toEqual(["a.dat", "deep/b.dat"]);
});

test("a glob cannot climb out of the working folder", async () => {
  writeFileSync(join(folder, "secret"), "x");
  expect((await collectResults(run({ outputs: ["../secret", "../*"] }))).outputs).toEqual([]);
});

test("metrics come from streams, files and JSON, and are unknown where nothing matches", async () => {
  writeFileSync(join(folder, "stdout"), "speed 1.5 GFLOPS\nspeed 2.5e1 GFLOPS\n");
  writeFileSync(join(folder, "work/r.json"), '{"results":[{"gflops":3.25,"text":"x"}]}');
  const { metrics } = await collectResults(
    run({
      metrics: {
        last: { regex: "speed ([0-9.e]+)", unit: "GFLOPS", better: "higher" },
        json: { from: "r.json", json: "$.results[0].gflops" },
        words: { from: "r.json", json: "$.results[0].text" },
        missing: { regex: "no such ([0-9]+)" },
        absent: { from: "no-file", regex: "(1)" },
        outside: { from: "../stdout", regex: "speed ([0-9.]+)" },
      },
    }),
  );
  expect(metrics).toEqual({
    last: { value: 25, unit: "GFLOPS", better: "higher" },
    json: { value: 3.25, unit: "" },
    words: { value: null, unit: "" },
    missing: { value: null, unit: "" },
    absent: { value: null, unit: "" },
    outside: { value: null, unit: "" },
  });
});

test("inputs keep their place below the origin, and the original is never touched", async () => {
  const origin = join(folder, "project");
  mkdirSync(join(origin, "mesh/fine"), { recursive: true });
  writeFileSync(join(origin, "mesh/fine/a.msh"), "a");
  writeFileSync(join(origin, "mesh/b.msh"), "b");
  writeFileSync(join(folder, "elsewhere.txt"), "e");
  const work = join(folder, "work");
  const signal = AbortSignal.timeout(10_000);
  await stageInputs(["mesh/**/*.msh", "../elsewhere.txt"], origin, work, signal);
  await stageInputs(["mesh"], origin, work, signal);
  const { outputs } = await collectResults(run({ outputs: ["**/*"] }));
  expect(outputs.map(({ path }) => path)).toEqual([
    "elsewhere.txt",
    "mesh/b.msh",
    "mesh/fine/a.msh",
  ]);
});

test("an input that matches nothing is named", async () => {
  const signal = AbortSignal.timeout(10_000);
  const staged = stageInputs(["no-such-*.dat"], folder, join(folder, "work"), signal);
  await expect(staged).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining('"no-such-*.dat"'),
  });
});
