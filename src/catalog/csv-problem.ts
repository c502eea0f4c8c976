import { AloftError } from "../base/errors.ts";

/** One cell of a CSV file that cannot be right. Line and column count from 1, columns in UTF-16 units as editors do. */
export interface CellProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The name of the column, as the header writes it. */
  readonly field: string;
  /** A whole sentence: what was found, what was expected. */
  readonly message: string;
  readonly found: string;
  readonly expected: string;
}

/** More than anybody corrects before trying again. Reading ends there. */
export const mostProblems = 20;

/** The error for everything that is wrong with a file, each problem with its place. */
export function csvError(
  file: string,
  problems: readonly CellProblem[],
  hint?: string,
): AloftError {
  const told = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const number =
    problems.length >= mostProblems
      ? `${mostProblems} problems or more`
      : `${problems.length} problems`;
  const heading = problems.length > 1 ? [`${file} has ${number}`] : [];
  return new AloftError("bad-input", [...heading, ...told].join("\n"), {
    details: problems,
    hint,
  });
}

/** Where the cell at `index` begins in a record as it was written, which may stand after comments and empty lines. */
export function cellPlace(raw: string, index: number): { line: number; column: number } {
  let at = recordStart(raw);
  for (let left = index; left > 0 && at < raw.length; left -= 1) at = afterCell(raw, at) + 1;
  const before = raw.slice(0, at);
  const spaces = /^[ \t]*/.exec(raw.slice(at))?.[0].length ?? 0;
  return {
    line: before.split("\n").length,
    column: at - before.lastIndexOf("\n") + spaces,
  };
}

/** As the reader skips them: lines that are empty or begin with `#`. */
function recordStart(raw: string): number {
  const skipped = /^\u{feff}?(?:[ \t]*(?:#[^\n]*)?\r?\n)*/u.exec(raw)?.[0].length ?? 0;
  return skipped >= raw.length ? 0 : skipped;
}

/** The comma or the end that closes the cell which begins at `start`. */
function afterCell(raw: string, start: number): number {
  let quoted = false;
  for (let at = start; at < raw.length; at += 1) {
    if (raw[at] === '"') quoted = !quoted;
    else if (raw[at] === "," && !quoted) return at;
  }
  return raw.length;
}
