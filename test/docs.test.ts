import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorCodes } from "../src/base/errors.ts";
import { exitCodeHelp } from "../src/cli/exit-codes.ts";
import { offerColumns } from "../src/catalog/offers-csv.ts";
import { findingCodes } from "../src/model/catalog.ts";
import { Recipe } from "../src/model/image.ts";
import { Run, RunState } from "../src/model/run.ts";
import { parseSbatch } from "../src/model/sbatch.ts";
import { Workload } from "../src/model/workload.ts";
import { readWorkload } from "../src/model/workload-source.ts";
import { routes } from "../src/contract/routes.ts";
import { parse } from "yaml";
import { blocksOf, commandsOf, fileName, runnable, writeFiles } from "./documented-commands.ts";
import { type Installation, install } from "./installation.ts";

const root = resolve(import.meta.dirname, "..");
/** Images last: they are collected there, and would have to be built again for the others. */
const names = [
  "workload",
  "ask",
  "planning",
  "levels",
  "runs",
  "catalog",
  "command-line",
  "images",
];
const pages = names.map((name) => {
  const text = readFileSync(join(root, "docs", `${name}.md`), "utf8");
  const blocks = blocksOf(text);
  return { name, file: `docs/${name}.md`, text, blocks, commands: commandsOf(blocks) };
});
const page = (name: string): string => pages.find((one) => one.name === name)?.text ?? "";

let aloft: Installation;
beforeAll(() => {
  aloft = install();
});
afterAll(() => aloft[Symbol.asyncDispose]());

describe.each(pages)("$file", ({ blocks, commands }) => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-page-"));
  beforeAll(() => writeFiles(blocks, folder));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("has commands to try", () => {
    expect(commands.length).toBeGreaterThan(2);
  });

  test.for(commands)("$line", { timeout: 300_000 }, async (command, { skip }) => {
    const line = runnable(command);
    skip(line.startsWith("curl ") && !isInstalled("curl"), "no curl: apt-get install curl");
    const { code, stdout, stderr } = await aloft.shell(line, folder);
    const asSaid = code === command.code && (code !== 0 || !/\berror\b/i.test(stderr));
    expect({ code, said: asSaid ? "" : stdout + stderr }).toEqual({ code: command.code, said: "" });
  });

  const errors = blocks.flatMap(({ language, text }) => {
    const file = /^error: (\S+) has \d+ problems$/m.exec(text)?.[1];
    return language !== "text" || file === undefined ? [] : { file, text };
  });
  test.for(errors)("what is wrong with $file is told as shown", async ({ file, text }) => {
    const command = runnable({ line: `./aloft plan ${file}`, code: 2 });
    const { code, stderr } = await aloft.shell(command, folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: text });
  });

  const sound = blocks.filter((block) => errors.every(({ file }) => file !== fileName(block)));
  const files = sound.filter(({ language }) => language === "yaml");
  test.for(files)("a workload or recipe is sound (%#)", ({ text }) => {
    expect(() => readDocument(text)).not.toThrow();
  });

  const scripts = sound.filter(({ text }) => text.includes("\n#SBATCH "));
  test.for(scripts)("a batch script is a workload (%#)", ({ text }) => {
    expect(parseSbatch(text, "job.sbatch").workload.command).toBeDefined();
  });
});

describe("no field, state, code or operation is missing or made up", () => {
  test("fields of a workload", () => {
    const fields = [
      ...Object.keys(Workload.shape),
      ...Object.keys(Workload.shape.resources.unwrap().shape),
    ];
    for (const field of fields.filter((one) => one !== "resources"))
      expect(page("workload")).toMatch(new RegExp(`^\\| \`${field}\` \\|`, "m"));
  });

  test("states", () => {
    for (const state of RunState.options)
      expect(page("runs")).toMatch(new RegExp(`^\\| \`${state}\` \\|`, "m"));
  });

  test("fields of a run", () => {
    const table =
      page("command-line").split("A run, in every command")[1]?.split("Times come")[0] ?? "";
    const told = Array.from(table.matchAll(/^\| (`.*?`) \|/gm), ([, cell = ""]) => cell)
      .join()
      .match(/\w+/g);
    expect(told?.toSorted()).toEqual(Object.keys(Run.shape).toSorted());
  });

  test("exit codes", () => {
    for (const [, code] of exitCodeHelp.matchAll(/^ {2}(\d+) /gm))
      expect(page("command-line")).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
    for (const [code, { http, exit }] of Object.entries(errorCodes))
      expect(page("command-line")).toContain(`| \`${code}\` | ${http} | ${exit} |`);
  });

  test("columns of an offer, and what a check finds", () => {
    const columns = page("catalog").split("## Columns")[1]?.split("## Files")[0] ?? "";
    const told = Array.from(columns.matchAll(/^\| ([^|]*`[^|]*) \|/gm), ([, cell = ""]) => cell)
      .join()
      .match(/\w+/g);
    expect(told).toEqual(offerColumns.map(({ name }) => name));
    for (const code of findingCodes)
      expect(page("catalog")).toMatch(new RegExp(`^\\| \`${code}\` \\|`, "m"));
  });

  test("operations of the API", () => {
    const table = page("command-line").split("## The API")[1] ?? "";
    for (const { path } of Object.values(routes)) {
      const parts = path
        .replace("offers/:id", "offers/OFFER")
        .replace(":id", "RUN")
        .replace(":reference", "IMAGE")
        .replace(":name", "SOURCE");
      expect(table).toContain(parts);
    }
  });

  test("commands", async () => {
    const { stdout } = await aloft.shell(runnable({ line: "./aloft --help", code: 0 }), root);
    const [, commands = ""] = /^Runs:\n([^]*)^Examples:/m.exec(stdout) ?? [];
    for (const [, name = ""] of commands.matchAll(/^ {2}(\w+) /gm))
      expect(page("command-line")).toMatch(new RegExp(`\`${name}[ \`]`));
  });
});

/** A workload, or a recipe alone. Throws where it is neither. */
function readDocument(text: string): void {
  const value: unknown = parse(text);
  if (typeof value === "object" && value !== null && "from" in value) Recipe.parse(value);
  else readWorkload(text, "a block of this page");
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)));
}
