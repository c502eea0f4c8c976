import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLauncher, type Launcher } from "./launcher.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-launcher-"));
let launcher: Launcher;
beforeAll(() => {
  launcher = createLauncher(join(folder, "log"), { PATH: "/usr/bin:/bin" });
});
afterAll(() => {
  launcher[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

test("one command after the other, with its words as they are and its variables", async () => {
  expect(await launcher.time(["/bin/true"])).toBeGreaterThan(0);
  const check = 'test "$1" = "a b\'c" && test "$X" = "d e"';
  await launcher.time(["sh", "-c", check, "sh", "a b'c"], { X: "d e" });
});

test("a command that fails tells its code and its last words, and the next one runs", async () => {
  const failing = ["sh", "-c", "echo went wrong >&2; exit 3"];
  await expect(launcher.time(failing)).rejects.toThrow("sh ended with 3: went wrong");
  await launcher.time(["/bin/true"]);
});
