import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { AloftError } from "../src/base/errors.ts";

/** Rows of a table with a heading, each by column. Throws `not-found` where the data is not there. */
export function readTable(
  data: string,
  file: string,
  delimiter: "," | "\t",
): Record<string, string>[] {
  const path = resolve(data, file);
  if (!existsSync(resolve(data)))
    throw new AloftError("not-found", `there is no folder ${resolve(data)}`, {
      hint: "name the folder of the reference data with --data DIR",
    });
  if (!existsSync(path))
    throw new AloftError("not-found", `there is no file ${path}`, {
      hint: `the reference data has it as ${join("DIR", file)}: is --data the right folder?`,
    });
  return parse(readFileSync(path, "utf8"), { columns: true, delimiter, skip_empty_lines: true });
}

/** A cell that has to be a number above zero, or zero where that is allowed. Throws `bad-input` with its place. */
export function numberIn(row: Record<string, string>, column: string, file: string): number {
  const value = Number(row[column]);
  if (row[column] === undefined || row[column] === "" || !Number.isFinite(value))
    throw new AloftError(
      "bad-input",
      `${file}: "${row[column] ?? ""}" in column ${column} is no number`,
      {
        hint: "is it the reference data, unchanged?",
      },
    );
  return value;
}
