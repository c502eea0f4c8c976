import type { Document, YAMLParseError } from "yaml";
import type { SpannedProblem } from "./workload-problem.ts";

/** One mistake makes several errors: after the third they tell nothing new. */
const mostErrors = 3;

/** What the YAML parser found, in the words of somebody who never read the YAML specification. */
export function syntaxProblems(document: Document.Parsed, text: string): SpannedProblem[] {
  const exhausted = document.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  const errors = exhausted ? [exhausted] : firstOfEachLine(document.errors, text);
  const unknownTags = document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED");
  return [...errors, ...unknownTags.slice(0, mostErrors)].map((error) => ({
    path: [],
    message: explain(error, text),
    span: { offset: error.pos[0], length: 1 },
  }));
}

function firstOfEachLine(errors: readonly YAMLParseError[], text: string): YAMLParseError[] {
  const kept: YAMLParseError[] = [];
  for (const error of errors) {
    const last = kept.at(-1);
    if (last && !text.slice(last.pos[0], error.pos[0]).includes("\n")) continue;
    kept.push(error);
    if (kept.length === mostErrors) break;
  }
  return kept;
}

const explanations: Partial<Record<string, string>> = {
  RESOURCE_EXHAUSTION: "this is nested too deeply; a workload needs a few levels at most",
  TAB_AS_INDENT: "a tab cannot indent in YAML; use spaces",
  MULTIPLE_DOCS: "a second document begins here; a workload file holds one",
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " in one line; put text that holds ": " in quotes, and each field on a line of its own',
};

function explain({ code, message }: { code: string; message: string }, text: string): string {
  const own = explanations[code];
  if (own !== undefined) return own;
  const short = message.length > 160 ? `${message.slice(0, 159)}…` : message;
  const plain = short.charAt(0).toLowerCase() + short.slice(1);
  if (code === "TAG_RESOLVE_FAILED") return `${plain}; tags have no meaning in a workload`;
  if (code === "BAD_SCALAR_START") return `${plain}; put the text in quotes`;
  if (text.trimStart().startsWith("{")) return `${plain} (read as JSON or YAML)`;
  return `this is not YAML: ${plain}`;
}
