import type { Span } from "./workload-problem.ts";

/** One word of a directive, quotes taken off, and where it stands in the script. */
export interface Word {
  readonly text: string;
  readonly span: Span;
  /** A quote was opened and not closed. */
  readonly unclosed: boolean;
}

export interface DirectiveLines {
  /** The words of each `#SBATCH` line that counts. */
  readonly directives: readonly (readonly Word[])[];
  /** `#SBATCH` lines after the first command, which sbatch does not read. */
  readonly late: readonly Span[];
}

const magic = "#SBATCH";

/**
 * Splits the directives of a script as sbatch does: lines that begin with `#SBATCH` exactly, before the first line that is
 * neither blank nor a comment; quotes as in a shell, a backslash keeps the next character, `#` outside quotes ends the line.
 */
export function directiveLines(script: string): DirectiveLines {
  const directives: (readonly Word[])[] = [];
  const late: Span[] = [];
  let offset = 0;
  let begun = false;
  for (const line of script.split("\n")) {
    if (line.startsWith(magic)) {
      if (begun) late.push({ offset, length: line.length });
      else directives.push(words(line, offset));
    } else if (/^\s*[^\s#]/.test(line)) {
      begun = true;
    }
    offset += line.length + 1;
  }
  return { directives, late };
}

function words(line: string, offset: number): Word[] {
  const found: Word[] = [];
  let at = magic.length;
  for (;;) {
    while (/\s/.test(line[at] ?? "")) at += 1;
    if (at >= line.length || line[at] === "#") return found;
    const { text, end, unclosed } = word(line, at);
    found.push({ text, unclosed, span: { offset: offset + at, length: end - at } });
    at = end;
  }
}

function word(line: string, start: number): { text: string; end: number; unclosed: boolean } {
  let [text, quote, at] = ["", "", start];
  for (; at < line.length; at += 1) {
    const character = line[at] ?? "";
    if (character === "\\" && at + 1 < line.length) {
      at += 1;
      text += line[at] ?? "";
    } else if (quote === "" ? /["']/.test(character) : character === quote) {
      quote = quote === "" ? character : "";
    } else if (quote === "" && /[\s#]/.test(character)) {
      break;
    } else {
      text += character;
    }
  }
  return { text, end: at, unclosed: quote !== "" };
}
