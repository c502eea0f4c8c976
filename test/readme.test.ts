import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseWorkload } from "../src/model/workload-file.ts";
import { blocksOf, commandsOf, runnable, writeFiles } from "./documented-commands.ts";
import { type Installation, install } from "./installation.ts";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const blocks = blocksOf(readme);
const commands = commandsOf(blocks);

const folder = mkdtempSync(join(tmpdir(), "aloft-readme-"));
let aloft: Installation;
beforeAll(() => {
  aloft = install();
  writeFiles(blocks, folder);
  writeFileSync(join(folder, "job.sbatch"), "#!/bin/sh\n#SBATCH --time=5\necho $SLURM_JOB_NAME\n");
});
afterAll(async () => {
  await aloft[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test("the README has commands to try", () => {
  expect(commands.length).toBeGreaterThan(5);
});

test.each(commands)(
  "$line",
  async (command) => {
    const { code, stderr } = await aloft.shell(runnable(command), folder);
    expect(stderr).not.toMatch(/\berror\b/i);
    expect(code).toBe(0);
  },
  300_000,
);

test("the two commands of the README are npm's", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [, name] of readme.matchAll(/^npm (?:run )?(\w+)/gm))
    expect(scripts).toHaveProperty(String(name));
});

test("every example is a sound workload", () => {
  const examples = readdirSync(join(root, "examples"));
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const example of examples) {
    const file = join(root, "examples", example, "workload.yaml");
    expect(parseWorkload(readFileSync(file, "utf8"), file).name).toBe(example);
  }
});

test("every page that a page links to is there", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
  ];
  for (const page of pages.filter((name) => name.endsWith(".md"))) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
      expect(
        () => readFileSync(resolve(root, page, "..", target)),
        `${page} → ${target}`,
      ).not.toThrow(/ENOENT/);
  }
});
