import { shown } from "../base/shown.ts";
import { noMail, noPlace, shortOptions, type SlurmOption, slurmOptions } from "./sbatch-options.ts";
import type { SlurmRequest } from "./sbatch-values.ts";
import type { Word } from "./sbatch-words.ts";
import { mostProblems, type Span, type SpannedProblem } from "./workload-problem.ts";
import { nearest } from "./workload-suggestion.ts";

export interface Directives {
  readonly request: SlurmRequest;
  readonly notices: readonly string[];
  readonly problems: readonly SpannedProblem[];
  /** Where each option was last given. */
  readonly places: ReadonlyMap<string, Span>;
}

interface Given {
  readonly name: string;
  /** As it was written, for messages: `-n`, `--mem`. */
  readonly written: string;
  readonly option: SlurmOption;
  readonly value: string;
  readonly span: Span;
}

/** Understands the words of the directives. Where an option comes twice the last one counts, as with sbatch. */
export function readDirectives(lines: readonly (readonly Word[])[]): Directives {
  const problems: SpannedProblem[] = [];
  const given = new Map<string, Given>();
  for (const words of lines) for (const one of options(words, problems)) given.set(one.name, one);
  const request: SlurmRequest = { env: {}, licenses: {} };
  const notices = new Map<string, string[]>();
  for (const { option, value, span, written } of given.values()) {
    const answer = option.apply?.(value, request) ?? { notice: option.because ?? "" };
    const told = value === "" || option.argument === "none" ? written : assigned(written, value);
    if ("wrong" in answer)
      problems.push({ path: [], message: `${written}: ${answer.wrong}`, found: value, span });
    else if (answer.notice !== "")
      notices.set(answer.notice, [...(notices.get(answer.notice) ?? []), told]);
  }
  const places = new Map([...given.values()].map(({ name, span }) => [name, span]));
  return { request, problems, places, notices: [...notices].map(asNotice) };
}

function assigned(written: string, value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 59)}…` : value;
  return written.startsWith("--") ? `${written}=${short}` : `${written} ${short}`;
}

function asNotice([because, told]: [string, string[]]): string {
  const ignored = because === noPlace || because === noMail;
  return `${told.join(", ")}: ${because}${ignored ? ", ignored" : ""}`;
}

/** The options of one line. A word that is none, or lacks its value, becomes a problem. */
function options(words: readonly Word[], problems: SpannedProblem[]): Given[] {
  const found: Given[] = [];
  // The next word last: taking the first one of many is slow.
  const rest = words.toReversed();
  for (let word = rest.pop(); word && problems.length < mostProblems; word = rest.pop()) {
    const wrong = (message: string, suggestion?: string) =>
      problems.push({
        path: [],
        message,
        found: word.text,
        span: word.span,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    if (word.unclosed) {
      wrong("a quote is opened and not closed");
    } else if (/^(?:het|pack)job$/.test(word.text)) {
      wrong("heterogeneous jobs need several machines; split the script, one for each part");
    } else if (word.text.startsWith("--")) {
      const { name, problem, suggestion } = longName(word.text);
      const value = attached(word.text);
      if (name !== undefined) take(word, name, `--${name}`, value);
      else wrong(problem, suggestion);
      // What follows an unknown option was meant as its value.
      if (name === undefined && value === undefined && !rest.at(-1)?.text.startsWith("-"))
        rest.pop();
    } else if (/^-[^-]/.test(word.text)) {
      shorts(word, wrong, take);
    } else {
      wrong(`${shown(word.text)} is no option; expected a directive such as --time=30`);
    }
  }
  return found;

  function take(word: Word, name: string, written: string, value: string | undefined): void {
    const option = slurmOptions[name] ?? { argument: "none" };
    const next = option.argument === "required" && value === undefined ? rest.pop() : undefined;
    const span = next?.span ?? word.span;
    const message = complaint(option, written, value, next);
    if (message === undefined)
      found.push({ name, written, option, span, value: value ?? next?.text ?? "" });
    else problems.push({ path: [], message, found: word.text, span: word.span });
  }
}

function complaint(
  { argument }: SlurmOption,
  written: string,
  value: string | undefined,
  next: Word | undefined,
): string | undefined {
  if (next?.unclosed) return "a quote is opened and not closed";
  if (argument === "none" && value !== undefined) return `${written} takes no value`;
  const missing = argument === "required" && (value ?? next?.text ?? "") === "";
  return missing ? `${written} needs a value` : undefined;
}

/** Letters together in one word: the first one that takes a value has what is left (`-n4`). */
function shorts(
  word: Word,
  wrong: (message: string) => void,
  take: (word: Word, name: string, written: string, value: string | undefined) => void,
): void {
  for (let at = 1; at < word.text.length; at += 1) {
    const letter = word.text[at] ?? "";
    const name = shortOptions.get(letter);
    if (name === undefined) return wrong(`unknown option ${shown(`-${letter}`)}`);
    const left = word.text.slice(at + 1);
    if (slurmOptions[name]?.argument === "none") take(word, name, `-${letter}`, undefined);
    else return take(word, name, `-${letter}`, left === "" ? undefined : left);
  }
}

function attached(text: string): string | undefined {
  const equals = text.indexOf("=");
  return equals < 0 ? undefined : text.slice(equals + 1);
}

/** The option that a word names: whole, or by a beginning that no other option has, as getopt_long(3) allows. */
function longName(text: string): { name?: string; problem: string; suggestion?: string } {
  const typed = text.slice(2).split("=", 1)[0] ?? "";
  if (Object.hasOwn(slurmOptions, typed)) return { name: typed, problem: "" };
  const names = Object.keys(slurmOptions);
  const matching = typed === "" ? [] : names.filter((name) => name.startsWith(typed));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return { name: only, problem: "" };
  const written = shown(`--${typed}`);
  if (matching.length > 1)
    return { problem: `${written} may mean ${matching.map((name) => `--${name}`).join(" or ")}` };
  const near = nearest(typed, names);
  const problem = `unknown option ${written}`;
  if (near === undefined) return { problem: `${problem}; sbatch has none of that name` };
  return { problem: `${problem}; did you mean "--${near}"?`, suggestion: `--${near}` };
}
