import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stageInputs } from "./inputs.ts";

let folder: string;
let origin: string;
let work: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-inputs-"));
  origin = join(folder, "project");
  work = join(folder, "run/work");
  mkdirSync(work, { recursive: true });
  for (const file of ["project/a.txt", "project/mesh/a.txt", "other/a.txt", "other/mesh/b.txt"]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

async function staged(...inputs: string[]): Promise<string[]> {
  await stageInputs(inputs, origin, work, AbortSignal.timeout(10_000));
  return readdirSync(work, { recursive: true }).map(String).toSorted();
}

test.each([
  [["a.txt", "../other/a.txt"], '"a.txt" and "../other/a.txt" would both be "a.txt"'],
  [["../other/mesh", "mesh/a.txt"], '"../other/mesh" and "mesh/a.txt" would both be "mesh/a.txt"'],
  [["mesh/*", "../other/mesh"], '"../other/mesh" and "mesh/a.txt" would both be "mesh/a.txt"'],
])("%j would overwrite each other, so nothing is copied", async (inputs, message) => {
  await expect(staged(...inputs)).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining(message),
  });
  expect(readdirSync(work)).toEqual([]);
});

test("the same input may be named twice, and be inside another", async () => {
  expect(await staged("mesh", "mesh/*.txt", "a.txt", "./a.txt")).toEqual([
    "a.txt",
    "mesh",
    "mesh/a.txt",
  ]);
  expect(readFileSync(join(work, "mesh/a.txt"), "utf8")).toBe("project/mesh/a.txt");
});

test("of the workload's own folder the content is copied", async () => {
  expect(await staged(".")).toEqual(["a.txt", "mesh", "mesh/a.txt"]);
});

test("a folder that holds the run is refused", async () => {
  await expect(staged("..")).rejects.toMatchObject({ code: "bad-input" });
});
