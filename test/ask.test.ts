import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../src/cli/testing.ts";
import { parseWorkload } from "../src/model/workload-file.ts";

const program = resolve(import.meta.dirname, "..", "aloft");
const hasScript = existsSync("/usr/bin/script");
const why = "no script(1): apt-get install util-linux";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "aloft-ask-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** `aloft ask` in a terminal of its own, that script(1) makes. */
function ask() {
  // A terminal without a window has no size.
  const line = `stty rows 40 cols 100; '${program}' ask`;
  const child = spawn("/usr/bin/script", ["-qfec", line, "/dev/null"], {
    cwd,
    env: { ...process.env, TERM: "xterm" },
  });
  let screen = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
  });
  return {
    answer: async (question: string, typed: string): Promise<void> => {
      await until(() => screen.indexOf(question, seen) >= 0);
      seen = screen.indexOf(question, seen) + question.length;
      child.stdin.write(typed);
    },
    ended: new Promise<number | null>((done) => {
      child.on("close", (code) => done(code));
    }),
  };
}

test("the form in a real terminal writes the file", async ({ skip }) => {
  skip(!hasScript, why);
  const { answer, ended } = ask();
  await answer("What kind", "\r");
  await answer("short name", "beam\r");
  await answer("the command", "./solve beam.inp\r");
  const rest = ["Which image", "How many cores", "much memory", "After what", "How long"];
  for (const question of [...rest, "Which files", "other data", "the result", "use it while"])
    await answer(question, "\r");
  for (const question of ["licensed", "matters more", "By when", "cost at the most"])
    await answer(question, "\r");
  expect(await ended).toBe(0);
  const workload = parseWorkload(readFileSync(join(cwd, "workload.yaml"), "utf8"), "workload.yaml");
  expect(workload).toMatchObject({ name: "beam", command: "./solve beam.inp" });
}, 60_000);

test("Ctrl-C in a real terminal writes nothing", async ({ skip }) => {
  skip(!hasScript, why);
  const { answer, ended } = ask();
  await answer("What kind", "\r");
  await answer("short name", "\u{3}");
  expect(await ended).toBe(130);
  expect(existsSync(join(cwd, "workload.yaml"))).toBe(false);
}, 60_000);
