import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { missingPackages } from "./apt.ts";
import { runCli } from "./cli.ts";
import { systemPackages } from "./system-packages.ts";
import { createTestHost } from "./testing.ts";

test("a package is missing until everything it provides is there", () => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-setup-"));
  try {
    const file = join(folder, "file");
    const wanted = [{ name: "p", provides: ["aloft-test-program", file], why: "", disables: "" }];
    const names = (): string[] =>
      missingPackages(wanted, `/nowhere:${folder}`).map(({ name }) => name);
    expect(names()).toEqual(["p"]);
    writeFileSync(join(folder, "aloft-test-program"), "");
    expect(names()).toEqual(["p"]);
    mkdirSync(file);
    expect(names()).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("where nothing may be installed it says what is missing, what that disables and the command, and ends with 0", async () => {
  // No folder on the path: no apt-get, whoever runs this.
  const host = createTestHost({ env: { PATH: "/nowhere" } });
  expect(await runCli(["setup", "--yes", "--json"], host)).toBe(0);
  const { missing, stillMissing } = JSON.parse(host.out.text) as Record<string, string[]>;
  expect(stillMissing).toEqual(missing);
  expect(missing).toContain("bubblewrap");
  expect(missing).not.toContain("podman");
  expect(host.err.text).toContain("level process with an image");
  expect(host.err.text).toMatch(/sudo apt-get install .*bubblewrap/);
});

const works = (): Promise<void> => Promise.resolve();
const fails = (): Promise<void> =>
  Promise.reject(new AloftError("failed", "no mirror", { hint: "try later" }));

test("steps beside packages are done once and may fail without ending the rest", async () => {
  const done: string[] = [];
  const step = (name: string, run: () => Promise<void>, needed = true) => ({
    name,
    why: "a reason",
    needed: () => Promise.resolve(needed),
    run: async () => {
      done.push(name);
      await run();
    },
  });
  const steps = [step("first", fails), step("second", works), step("third", works, false)];
  const host = createTestHost({ env: { PATH: "/nowhere" }, setup: { uid: 0, steps } });
  expect(await runCli(["setup", "--yes"], host)).toBe(0);
  expect(done).toEqual(["first", "second"]);
  expect(host.err.text).toContain("no mirror");
  expect(host.err.text).toContain("try later");
});

test("every package says what it is for and what it disables", () => {
  const names = systemPackages.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { provides, why, disables } of systemPackages) {
    expect(provides.length).toBeGreaterThan(0);
    expect(why).not.toBe("");
    expect(disables).not.toBe("");
  }
});
