import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/**
 * Who may import whom besides itself; docs/architecture.md shows the same table. `storage/storage.ts` and
 * `platforms/platform.ts` are single files: interfaces that others may know, while what implements them stays hidden.
 */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  model: ["base"],
  contract: ["base", "model"],
  planner: ["base", "model"],
  solver: ["planner"],
  bench: ["base", "model"],
  storage: ["base", "model"],
  images: ["base", "model"],
  catalog: ["base", "model"],
  levels: ["base", "model"],
  platforms: ["base", "model"],
  engine: [
    "base",
    "model",
    "planner",
    "storage/storage.ts",
    "images",
    "levels",
    "platforms/platform.ts",
  ],
  server: ["base", "model", "contract", "engine"],
  cli: ["base", "model", "contract"],
};
/** Parts that the web pages share: nothing of Node in them. */
const withoutNode = new Set(["base", "model", "contract", "planner"]);
/** Where concrete pieces are joined: the files of `src/` itself. */
const isJoint = (file: string): boolean => !file.includes("/");
/** What only tests use may know more: tests themselves, conformance suites, and what is named for testing. */
const isForTests = (file: string): boolean =>
  /\.test\.ts$|(?:^|\/)(?:testing|conformance)[^/]*\.ts$/.test(file);

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string, text: string): Import[] {
  const specifiers = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)["']([^"']+)["']/g);
  return Array.from(specifiers, ([, to = ""]) => ({
    from: file,
    to: to.startsWith(".") ? relative("/src", resolve("/src", dirname(file), to)) : to,
  }));
}

function part(path: string): string {
  return path.split("/")[0] ?? path;
}

/** Two folders inside a part whose members must not know each other: one engine or platform each. */
function sibling(path: string): string | undefined {
  const [top, second, third] = path.split("/");
  if (top === "platforms" || top === "storage") return third === undefined ? undefined : second;
  return undefined;
}

function violation({ from, to }: Import): string | undefined {
  const mine = part(from);
  if (isJoint(from)) return undefined;
  if (to.startsWith("node:")) return withoutNode.has(mine) ? `${from} imports ${to}` : undefined;
  if (!to.endsWith(".ts")) return undefined;
  const theirs = part(to);
  if (mine === theirs) {
    const [a, b] = [sibling(from), sibling(to)];
    return a !== undefined && b !== undefined && a !== b ? `${from} imports ${to}` : undefined;
  }
  const allowed = mayImport[mine] ?? [];
  return allowed.includes(theirs) || allowed.includes(to) ? undefined : `${from} imports ${to}`;
}

function sources(): string[] {
  const found = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  return found.filter((file) => file.endsWith(".ts") && !isForTests(file));
}

function violations(files: readonly { file: string; text: string }[]): string[] {
  return files.flatMap(({ file, text }) =>
    importsOf(file, text).flatMap((one) => violation(one) ?? []),
  );
}

test("every import follows the table", () => {
  const files = sources().map((file) => ({
    file,
    text: readFileSync(join(root, "src", file), "utf8"),
  }));
  expect(files.length).toBeGreaterThan(40);
  expect(violations(files)).toEqual([]);
});

test.each([
  ["base/units.ts", 'import { x } from "../model/run.ts";'],
  ["planner/plan.ts", 'import { readFileSync } from "node:fs";'],
  ["platforms/slurm/slurm.ts", 'import { local } from "../local/local-platform.ts";'],
  ["engine/loop.ts", 'import { createSqliteStorage } from "../storage/sqlite/sqlite-storage.ts";'],
  ["cli/commands/run.ts", 'const { createEngine } = await import("../../engine/engine.ts");'],
  ["levels/vm/qemu.ts", 'import type { Platform } from "../../platforms/platform.ts";'],
])("a planted violation in %s is found", (file, text) => {
  expect(violations([{ file, text }])).toHaveLength(1);
});

test("only main.ts reads the environment", () => {
  const readers = sources().filter((file) =>
    /\bprocess\.env\b/.test(readFileSync(join(root, "src", file), "utf8")),
  );
  expect(readers).toEqual(["main.ts"]);
});

test("every part in the table exists and every folder is in the table", () => {
  const folders = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.toSorted()).toEqual(Object.keys(mayImport).toSorted());
});
