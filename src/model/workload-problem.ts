import { AloftError } from "../base/errors.ts";

export type FieldPath = readonly (string | number)[];

/** One thing that is wrong with a workload, as far as it can be said without the text that it came from. */
export interface Problem {
  readonly path: FieldPath;
  /** A whole sentence: what was found, what was expected. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  /** What was probably meant, ready to be written there. */
  readonly suggestion?: string;
  /** The place is the field's name, not its value; of a missing field, the name of what should hold it. */
  at?: "name" | "value";
}

/** A problem in a text. Line and column count from 1, columns in UTF-16 units as editors do. */
export interface PlacedProblem extends Omit<Problem, "at"> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Part of a text: where, and how many characters. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface SpannedProblem extends Problem {
  readonly span: Span;
}

/** More than anybody reads. Looking for more would take time that grows with the square of their number. */
export const mostProblems = 50;
/** Columns of an excerpt. */
const width = 96;

/** The error for everything that is wrong with a file: each problem with its place and the line it stands in. */
export function fileError(
  file: string,
  text: string,
  problems: readonly SpannedProblem[],
): AloftError {
  const lines = lineStarts(text);
  const sorted = problems.toSorted((a, b) => a.span.offset - b.span.offset).slice(0, mostProblems);
  const number =
    sorted.length === mostProblems
      ? `${mostProblems} problems or more`
      : `${sorted.length} problems`;
  const told = sorted.map((problem) => {
    const { line, column } = positionOf(lines, problem.span.offset);
    const place = `${file}:${line}:${column}: ${problem.message}`;
    return `${place}\n${excerpt(text, lines, problem.span)}`;
  });
  const heading = sorted.length > 1 ? [`${file} has ${number}\n`] : [];
  return new AloftError("bad-input", [...heading, ...told].join("\n"), {
    details: sorted.map(({ span, ...problem }): PlacedProblem => {
      const place = { file, ...positionOf(lines, span.offset) };
      delete problem.at;
      return { ...place, ...problem };
    }),
  });
}

/** Names the places of a text in sentences: `job.yaml:4:11`. */
export function placeNames(file: string, text: string): (span: Span) => string {
  const lines = lineStarts(text);
  return ({ offset }) => {
    const { line, column } = positionOf(lines, offset);
    return `${file}:${line}:${column}`;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function positionOf(starts: readonly number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The line with a caret under the place; of a long line, the part around it. */
function excerpt(text: string, starts: readonly number[], span: Span): string {
  const { line, column } = positionOf(starts, span.offset);
  const start = starts[line - 1] ?? 0;
  const end = starts[line] === undefined ? text.length : (starts[line] ?? 0) - 1;
  const whole = text.slice(start, end).replace(/\r$/, "");
  const from = whole.length > width ? Math.max(0, column - 1 - width / 2) : 0;
  const part = printable(whole.slice(from, from + width));
  const more = from + width < whole.length;
  const cut = `${from > 0 ? "…" : ""}${part.slice(from > 0 ? 1 : 0, more ? -1 : undefined)}${more ? "…" : ""}`;
  const before = column - 1 - from;
  const carets = "^".repeat(Math.max(1, Math.min(span.length, cut.length - before)));
  const number = String(line);
  return `  ${number} | ${cut}\n  ${" ".repeat(number.length)} | ${" ".repeat(before)}${carets}`.trimEnd();
}

/** A terminal must show one column for each character and obey none of them. */
function printable(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}

/** `resources.memory`, `command[0]`, `env["a b"]`. */
export function fieldName(path: FieldPath): string {
  let name = "";
  for (const part of path) {
    if (typeof part === "number") name += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) name += name === "" ? part : `.${part}`;
    else name += `[${JSON.stringify(part.length > 60 ? `${part.slice(0, 59)}…` : part)}]`;
  }
  return name;
}
