import { shown } from "../base/shown.ts";
import { nearest } from "../model/workload-suggestion.ts";
import { type CellProblem, cellPlace, mostProblems } from "./csv-problem.ts";

/** The cells of one row by their column's name. What is wrong is kept as a problem; the reader goes on, so that several are told. */
export interface Cells {
  /** Empty text where the cell is empty or the file has no such column. */
  text(column: string): string;
  /** As `text`; empty is a problem. */
  required(column: string): string;
  /** `null` where empty. */
  number(column: string, rule?: NumberRule): number | null;
  /** As `number`; empty is a problem, and then 1. */
  requiredNumber(column: string, rule?: NumberRule): number;
  /** `false` where empty. */
  yes(column: string): boolean;
  /** An ISO date; empty is a problem. */
  date(column: string): string;
  wrong(column: string, expected: string): void;
}

export interface NumberRule {
  readonly zero?: boolean;
  readonly whole?: boolean;
}

export interface Record {
  readonly record: readonly string[];
  /** As it was written, with the comments and empty lines before it. */
  readonly raw: string;
  /** The line that it ends in. */
  readonly lines: number;
}

export interface RowCells extends Cells {
  /** Moves on to the next row. */
  load(row: Record): void;
  /** Whether anything of the present row is wrong. */
  failed(): boolean;
  /** The line that the present row begins in. */
  line(): number;
}

const decimal = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$|^[+-]?\.\d+(?:e[+-]?\d+)?$/i;

/** Cells of a file with this header; what is wrong is added to `problems`. */
export function createCells(
  file: string,
  header: readonly string[],
  problems: CellProblem[],
): RowCells {
  const places = new Map(header.map((name, index) => [name, index]));
  const known = new Map<string, string>();
  const goodDates = new Set<string>();
  let row: Record = { record: [], raw: "", lines: 0 };
  let before = 0;

  /** Equal texts of many rows are kept once. */
  function text(column: string): string {
    const found = row.record[places.get(column) ?? -1] ?? "";
    const same = known.get(found);
    if (same !== undefined) return same;
    if (known.size < 50_000) known.set(found, found);
    return found;
  }

  const firstLine = (): number => row.lines - row.raw.trimEnd().split("\n").length + 1;

  function wrong(column: string, expected: string): void {
    if (problems.length >= mostProblems) return;
    const found = text(column);
    const index = places.get(column);
    const place = cellPlace(row.raw, index ?? 0);
    const subject = found === "" ? `${column} is empty` : `${column} is ${shown(found)}`;
    const line = firstLine() + place.line - 1;
    const message = `${subject}; expected ${expected}`;
    problems.push({ file, line, column: place.column, field: column, message, found, expected });
  }

  function required(column: string): string {
    const found = text(column);
    if (found === "") wrong(column, "some text");
    return found;
  }

  function number(column: string, rule: NumberRule = {}): number | null {
    const found = text(column);
    if (found === "") return null;
    const value = decimal.test(found) ? Number(found) : Number.NaN;
    const fits = rule.zero ? value >= 0 : value > 0;
    if (Number.isFinite(value) && fits && (!rule.whole || Number.isSafeInteger(value)))
      return value;
    wrong(column, numberText(rule));
    return null;
  }

  return {
    text,
    required,
    number,
    wrong,
    requiredNumber(column, rule = {}) {
      if (text(column) === "") wrong(column, numberText(rule));
      return number(column, rule) ?? 1;
    },
    yes(column) {
      const found = text(column).toLowerCase();
      if (found === "" || found === "no" || found === "false" || found === "0") return false;
      if (found !== "yes" && found !== "true" && found !== "1") wrong(column, "yes or no");
      return true;
    },
    date(column) {
      const found = text(column);
      if (goodDates.has(found)) return found;
      if (isIsoDate(found)) goodDates.add(found);
      else wrong(column, "a date such as 2026-07-20");
      return found;
    },
    load(next) {
      row = next;
      before = problems.length;
    },
    failed: () => problems.length > before,
    line: firstLine,
  };
}

function numberText({ zero, whole }: NumberRule): string {
  return `a ${whole ? "whole " : ""}number ${zero ? "of 0 or more" : "above 0"}`;
}

export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What is wrong with a header: columns that are missing, unknown or there twice. */
export function headerProblems(
  file: string,
  { record: header, raw, lines }: Record,
  columns: { readonly required: readonly string[]; readonly all?: readonly string[] },
): CellProblem[] {
  const first = lines - raw.trimEnd().split("\n").length + 1;
  const problem = (index: number, message: string, expected: string): CellProblem => {
    const { line, column } = cellPlace(raw, index);
    const field = header[index] ?? "";
    return { file, line: first + line - 1, column, field, message, found: field, expected };
  };
  const missing = columns.required.filter((name) => !header.includes(name));
  return [
    ...missing.map((name) => problem(0, `the column ${name} is missing`, `a column ${name}`)),
    ...header.flatMap((name, index) => {
      if (header.indexOf(name) !== index)
        return [problem(index, `the column ${shown(name)} is there twice`, "one of each")];
      if (!columns.all || columns.all.includes(name)) return [];
      const meant = nearest(name, columns.all);
      const advice = meant === undefined ? "" : `; did you mean "${meant}"?`;
      const expected = `one of ${columns.all.join(", ")}`;
      return [problem(index, `unknown column ${shown(name)}${advice}`, expected)];
    }),
  ].slice(0, mostProblems);
}
