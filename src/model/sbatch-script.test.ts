import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptCommand } from "./sbatch-script.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-sbatch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string, args: string[] = [], chdir?: string) {
  const [program = "", ...words] = scriptCommand(script, chdir) ?? [];
  return spawnSync(program, [...words, ...args], { cwd: folder, encoding: "utf8" });
}

test("a script is a file to its interpreter, with its arguments and exit code", () => {
  const script = `#!/bin/sh\nprintf '%s|' "$0" "$@" "$PWD" "$SLURM_SUBMIT_DIR"\nexit 7\n`;
  const { stdout, status } = run(script, ["a b", "", "'"]);
  expect(stdout).toBe(`${folder}/slurm_script|a b||'|${folder}|${folder}|`);
  expect(status).toBe(7);
});

test("the interpreter's one argument and --chdir are respected", () => {
  mkdirSync(join(folder, "it's"));
  const { stdout } = run(`#! /bin/sh  -e -u \nprintf %s "$PWD"`, [], "it's");
  // The kernel gives "-e -u" as one argument, and so do we: a shell refuses it.
  expect(stdout).toBe("");
  expect(run(`#!/bin/sh -eu\npwd; false; echo no`, [], "it's").stdout).toBe(`${folder}/it's\n`);
});

test("any text arrives as it is, however long", () => {
  const script = `#!/bin/cat\n${"é𝛼'\"\\$(true)`%s\n".repeat(30_000)}end without a line break`;
  const { stdout, status } = run(script);
  expect(status).toBe(0);
  expect(stdout).toBe(script);
  expect(readFileSync(join(folder, "slurm_script"), "utf8")).toBe(script);
});

test("a folder that is not there ends it before it begins", () => {
  const { status, stderr } = run("#!/bin/sh\ntouch began", [], "nowhere");
  expect(status).toBe(1);
  expect(stderr).toContain("nowhere");
  expect(existsSync(join(folder, "began"))).toBe(false);
});

test("a script without an interpreter has no command", () => {
  expect(scriptCommand("echo", undefined)).toBeUndefined();
  expect(scriptCommand("#!\necho", undefined)).toBeUndefined();
});
