import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aRun } from "../../model/run-sample.ts";
import { describeStorage } from "../conformance.ts";
import { createSqliteStorage } from "./sqlite-storage.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describeStorage("sqlite", async () => createSqliteStorage(join(folder, "aloft.db")));

test("a second process is told that the file is in use", async () => {
  const file = join(folder, "aloft.db");
  await using storage = createSqliteStorage(file);
  await storage.insertRuns([aRun()]);
  expect(() => createSqliteStorage(file)).toThrow(/another Aloft has/);
});

test("a file of a newer Aloft is left alone", async () => {
  const file = join(folder, "aloft.db");
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(file);
  db.exec("PRAGMA user_version = 99");
  db.close();
  expect(() => createSqliteStorage(file)).toThrow(/newer Aloft/);
});

/** Writes runs one after the other, and prints the id of each that was promised to be kept. */
const writer = `
import { aRun } from "${join(import.meta.dirname, "../../model/run-sample.ts")}";
import { createSqliteStorage } from "${join(import.meta.dirname, "sqlite-storage.ts")}";
const storage = createSqliteStorage(process.argv[1]);
for (let index = 0; ; index += 1) {
  await storage.insertRuns([aRun({ id: "run" + index })]);
  console.log("run" + index);
}`;

test("a killed process has kept every run it said it would", async () => {
  const file = join(folder, "aloft.db");
  const args = ["--input-type=module-typescript", "--eval", writer, file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const promised: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    promised.push(line);
    if (promised.length === 200) child.kill("SIGKILL");
  }
  await using storage = createSqliteStorage(file);
  const kept = new Set((await storage.listRuns({})).map(({ id }) => id));
  expect(promised.length).toBeGreaterThanOrEqual(200);
  expect(promised.filter((id) => !kept.has(id))).toEqual([]);
});
