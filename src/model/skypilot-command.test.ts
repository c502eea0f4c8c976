import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { skyCommand } from "./skypilot-command.ts";

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "aloft-sky-"));
});
afterEach(() => rmSync(work, { recursive: true }));

function run(parts: Partial<Parameters<typeof skyCommand>[0]>) {
  const [program = "", ...words] = skyCommand({ mounts: [], ...parts });
  const env = { ...process.env, HOME: join(work, "home") };
  return spawnSync(program, words, { cwd: work, encoding: "utf8", env });
}

/** Files in the working folder, as staging leaves them. */
function stage(...files: string[]): void {
  for (const file of files) {
    mkdirSync(join(work, file, ".."), { recursive: true });
    writeFileSync(join(work, file), file);
  }
}

test("the program runs in bash, with any text and its own exit code", () => {
  const { stdout, status } = run({ run: `[[ a == a ]] && echo "it's é"\nexit 7` });
  expect({ stdout, status }).toEqual({ stdout: "it's é\n", status: 7 });
});

test("the set-up comes first, in a shell of its own", () => {
  const { stdout } = run({
    setup: "set -e\ncd /\necho set >&2\nX=1",
    run: 'pwd; echo "x$X"',
  });
  expect(stdout).toBe(`${work}\nx\n`);
});

test.each([
  ["set -e\nfalse\necho no", 1],
  ["exit 9", 9],
  ["(", 2],
])("a set-up that fails, %j, ends it", (setup, code) => {
  const { stdout, status } = run({ setup, run: "echo ran" });
  expect({ stdout, status }).toEqual({ stdout: "", status: code });
});

test("it starts in the copy of its folder", () => {
  stage("a b/x");
  expect(run({ folder: "a b", run: "cat x" }).stdout).toBe("a b/x");
  expect(run({ folder: "../a b", run: "cat x" }).stdout).toBe("a b/x");
  expect(run({ folder: "/else/where", run: "pwd" }).stdout).toBe(`${work}\n`);
  expect(run({ folder: "nowhere", run: "echo ran" }).status).toBe(1);
});

test("mounts are where they are looked for", () => {
  stage("data/x", "code/y", "file");
  const mounts = [
    { target: join(work, "deep/in/set"), source: "data" },
    { target: "~/mine/set", source: "/from/data" },
    { target: "there", source: "./file".slice(2) },
  ];
  const read = 'cat "$0"/../deep/in/set/x ~/mine/set/x there';
  const { stdout, stderr } = run({ folder: "code", mounts, run: read.replace('"$0"/', "") });
  expect(stderr).toBe("");
  expect(stdout).toBe("data/xdata/xfile");
});

test("a folder that is there already gets the content", () => {
  stage("data/x", "old/y");
  const mounts = [{ target: join(work, "old"), source: "data" }];
  expect(run({ mounts, run: "cat old/x old/y" }).stdout).toBe("data/xold/y");
});

test("what is missing ends it before it begins", () => {
  const { stdout, stderr, status } = run({
    mounts: [{ target: "/nowhere/set", source: "data" }],
    run: "echo ran",
  });
  expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
  expect(stderr).toContain("there is no input for /nowhere/set");
});
