import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";

/** The columns that the documented command asks for, in its order; the names are those of sacct(1), in small letters. */
export const defaultColumns = [
  ...["jobid", "partition", "account", "reqcpus", "reqmem", "reqnodes", "reqtres"],
  ...["submit", "eligible", "start", "end", "state", "timelimit"],
] as const;

export const exportCommand = `TZ=UTC sacct --allusers --allocations --parsable2 --starttime=now-60days --format=${defaultColumns.join(",")}`;

/** One line of an export, and where its cells stand. */
export interface SacctRow {
  /** The text of a column, without surrounding blanks; `undefined` where the export has no such column. */
  cell(column: string): string | undefined;
  /** The `bad-input` error for a cell that cannot be read. */
  wrong(column: string, expected: string): AloftError;
}

/**
 * The lines of `sacct --parsable2` (or `--parsable`), with or without header; without one the columns are `defaultColumns`. A job's name
 * may hold the delimiter, which sacct does not escape: cells that are too many belong to the column JobName.
 */
export function* sacctRows(text: string, file: string): Generator<SacctRow> {
  let columns: readonly string[] | undefined;
  let number = 0;
  for (const ended of text.split("\n")) {
    number += 1;
    const line = ended.replace(/\r$/, "");
    if (line.trim() === "") continue;
    const cells = line.split("|");
    if (columns === undefined && cells.some((cell) => /^jobid(?:raw)?$/i.test(cell.trim()))) {
      columns = cells.map((cell) => cell.trim().toLowerCase());
      requireColumns(columns, { file, number });
      continue;
    }
    columns ??= defaultColumns;
    yield rowOf({ columns, cells, file, number });
  }
}

function requireColumns(
  columns: readonly string[],
  { file, number }: { file: string; number: number },
): void {
  const needed = [["jobid"], ["start"], ["end"], ["state"], ["eligible", "submit"]];
  const cpus = ["reqcpus", "alloccpus", "ncpus", "reqtres"];
  const missing = [...needed, cpus].find((names) => !names.some((name) => columns.includes(name)));
  if (missing === undefined) return;
  throw new AloftError(
    "bad-input",
    `${file}:${number}:1: the header has no column ${missing.join(" or ")}`,
    { hint: `export it with \`${exportCommand}\`` },
  );
}

interface Line {
  readonly columns: readonly string[];
  readonly cells: readonly string[];
  readonly file: string;
  readonly number: number;
}

function rowOf({ columns, cells: split, file, number }: Line): SacctRow {
  const cells = withWholeName(columns, split);
  if (cells.length !== columns.length)
    throw new AloftError(
      "bad-input",
      `${file}:${number}:1: the line has ${cells.length} cells, and there are ${columns.length} columns`,
      {
        hint: `keep the header, leave free text out and export it with \`${exportCommand}\``,
      },
    );
  const cell = (column: string): string | undefined => cells[columns.indexOf(column)]?.trim();
  return {
    cell,
    wrong(column, expected) {
      const index = columns.indexOf(column);
      const before = cells.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
      const place = `${file}:${number}:${before + 1}`;
      return new AloftError(
        "bad-input",
        `${place}: ${column} is ${shown(cell(column) ?? "")}; expected ${expected}`,
        { hint: `export it with \`${exportCommand}\`` },
      );
    },
  };
}

function withWholeName(columns: readonly string[], cells: readonly string[]): readonly string[] {
  const name = columns.indexOf("jobname");
  const more = cells.length - columns.length;
  if (name < 0 || more <= 0) return cells;
  return cells.toSpliced(name, more + 1, cells.slice(name, name + more + 1).join("|"));
}
