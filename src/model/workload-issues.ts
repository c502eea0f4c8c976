import type * as z from "zod";
import { shown } from "../base/shown.ts";
import { type Fields, workloadFields } from "./workload-fields.ts";
import { fieldName, type FieldPath, mostProblems, type Problem } from "./workload-problem.ts";
import { nearest, suggestField } from "./workload-suggestion.ts";

type Issue = z.core.$ZodIssue;

interface Context {
  readonly value: unknown;
  readonly fields: Fields;
}

/** What Zod found wrong with a workload, in words that help whoever wrote it. */
export function explainIssues(issues: readonly Issue[], value: unknown): Problem[] {
  const context = { value, fields: workloadFields() };
  // Some problems answer others: enough of them to tell `mostProblems` in the end.
  const enough = 4 * mostProblems;
  const problems = issues
    .slice(0, enough)
    .flatMap((issue) => explain(issue, [], context))
    .slice(0, enough);
  return problems.filter((problem) => !isAnswered(problem, problems)).slice(0, mostProblems);
}

/** A missing field that was misspelt is one mistake, not two. */
function isAnswered({ path, expected, found, at }: Problem, all: readonly Problem[]): boolean {
  const misspelt = all.filter((one) => one.at === "name" && one.suggestion !== undefined);
  const inside = (holder: FieldPath) =>
    misspelt.filter((one) => fieldName(one.path.slice(0, -1)) === fieldName(holder));
  // A rule about a group of fields has no expectation of its own.
  if (expected === undefined && at === undefined) return inside(path).length > 0;
  if (found !== undefined) return false;
  return inside(path.slice(0, -1)).some(({ suggestion }) => suggestion === path.at(-1));
}

function explain(issue: Issue, prefix: FieldPath, context: Context): Problem[] {
  const path = [...prefix, ...issue.path.map(asPart)];
  if (issue.code === "unrecognized_keys")
    return issue.keys.slice(0, mostProblems).map((key) => unknownField(path, key, context));
  if (issue.code === "invalid_key") return [invalidName(path, issue.issues[0]?.message)];
  const found = valueAt(context.value, path);
  if (found === undefined && path.length > 0) return [missing(path, issue, context)];
  if (issue.code === "invalid_union") return fromUnion(issue, path, context);
  if (issue.code === "custom") return [{ path, message: issue.message, found: nameOf(found) }];
  return [unexpected(path, found, expectation(issue), context)];
}

function asPart(part: PropertyKey): string | number {
  return typeof part === "number" ? part : String(part);
}

function unknownField(at: FieldPath, key: string, { fields, value }: Context): Problem {
  const holder = valueAt(value, at);
  const kind = typeof holder === "object" ? valueAt(holder, ["kind"]) : undefined;
  const allowed = fields.allowed(at, kind);
  const suggestion = suggestField(key, at, allowed, fields.everywhere);
  const where = at.length === 0 ? "" : ` in ${fieldName(at)}`;
  const expected = `one of ${allowed.join(", ")}`;
  return {
    path: [...at, key],
    at: "name",
    message:
      suggestion === undefined
        ? `unknown field ${shown(key)}${where}; expected ${expected}`
        : `unknown field ${shown(key)}${where}; did you mean "${suggestion}"?`,
    expected,
    found: key,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function invalidName(path: FieldPath, rule = "not allowed there"): Problem {
  const name = String(path.at(-1));
  const where = fieldName(path.slice(0, -1));
  return {
    path,
    at: "name",
    message: `${shown(name)} is no name in ${where}: ${rule}`,
    found: name,
  };
}

function missing(path: FieldPath, issue: Issue, { fields }: Context): Problem {
  const name = fieldName(path);
  const expected = expectation(issue);
  const description = fields.description(path);
  const meaning = issue.code === "invalid_union" && issue.discriminator ? undefined : description;
  return {
    path,
    at: "name",
    message: `the field "${name}" is missing; expected ${expected}${meaning ? ` (${meaning})` : ""}`,
    expected,
  };
}

/** The one alternative that the value resembles, else what all of them expect together. */
function fromUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: FieldPath,
  context: Context,
): Problem[] {
  const fitting = issue.errors.filter((issues) => !issues.some(isOtherType));
  const [only] = fitting;
  if (only && fitting.length === 1) return only.flatMap((one) => explain(one, path, context));
  return [unexpected(path, valueAt(context.value, path), expectation(issue), context)];
}

function isOtherType({ code, path }: Issue): boolean {
  return code === "invalid_type" && path.length === 0;
}

function unexpected(
  path: FieldPath,
  value: unknown,
  expected: string,
  { fields }: Context,
): Problem {
  const example = fields.example(path);
  const hint = adviceFor(path, value, expected, example);
  const choices = expected.includes(" or ") ? expected.split(/, | or /) : [];
  const suggestion = typeof value === "string" ? nearest(value, choices) : undefined;
  const subject = path.length === 0 ? "the file" : fieldName(path);
  const verb = expected.startsWith("use ") || expected.startsWith("not ") ? ": " : "; expected ";
  const meant = suggestion === undefined ? hint : `; did you mean "${suggestion}"?`;
  return {
    path,
    message: `${subject} is ${describe(value)}${verb}${expected}${meant}`,
    expected,
    found: nameOf(value),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function adviceFor(
  path: FieldPath,
  value: unknown,
  expected: string,
  example: string | undefined,
): string {
  if (value === null && path[0] === "env") return ': write "" for empty text';
  const scalar = typeof value === "number" || typeof value === "boolean";
  if (scalar && /^text(?: or |$)/.test(expected)) return `: write "${String(value)}" in quotes`;
  if (typeof value === "string" && expected === "a list") return `: write [${shown(value)}]`;
  return example === undefined || expected.includes("at ") ? "" : `, such as ${example}`;
}

const typeNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "fields, one on each line",
  record: "names with a value each",
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return alternatives(issue.values.map(String));
    case "invalid_union":
      return issue.discriminator === undefined
        ? alternatives([...new Set(issue.errors.flatMap((issues) => issues.map(expectation)))])
        : alternatives(discriminators(issue));
    case "too_small":
      return limit(
        issue.origin,
        issue.inclusive === false ? "more than" : "at least",
        issue.minimum,
      );
    case "too_big":
      return limit(
        issue.origin,
        issue.inclusive === false ? "less than" : "at most",
        issue.maximum,
      );
    default:
      return issue.message;
  }
}

/** Zod tells the values that a discriminator may have; its type does not say so. */
function discriminators(issue: Issue): string[] {
  const options: unknown = "options" in issue ? issue.options : [];
  return Array.isArray(options) ? options.map(String) : [];
}

function limit(origin: string, comparison: string, bound: number | bigint): string {
  const units: Record<string, [string, string]> = {
    string: [" character", " characters"],
    array: [" item", " items"],
  };
  const [one, many] = units[origin] ?? ["", ""];
  return `${comparison} ${bound}${bound === 1 ? one : many}`;
}

function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** A value as the subject of a sentence: what it is, and which. */
function describe(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a group of fields";
  if (value === "") return "empty text";
  return typeof value === "string" ? shown(value) : nameOf(value);
}

/** The found value as data: short, and always text. */
function nameOf(value: unknown): string {
  if (typeof value === "string") return value.slice(0, 200);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "fields" : String(value);
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part))
      return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}
