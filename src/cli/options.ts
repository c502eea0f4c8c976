import { parseBytes } from "../base/bytes.ts";
import { parseDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";

/** Options as the user gave them, by their long name without dashes. Absent ones are `undefined`, `false` or empty. */
export interface Options {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  /** Throws `bad-input` for what is no positive number. */
  positive(name: string): number | undefined;
  /** Throws `bad-input` for what is no positive whole number. */
  count(name: string): number | undefined;
  /** In bytes. */
  size(name: string): number | undefined;
  /** In seconds. */
  duration(name: string): number | undefined;
}

/** Over what commander parsed: camel-cased names with unknown values. */
export function createOptions(values: Readonly<Record<string, unknown>>): Options {
  const value = (name: string): unknown =>
    values[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];

  function text(name: string): string | undefined {
    const found = value(name);
    return typeof found === "string" ? found : undefined;
  }

  function converted(name: string, convert: (given: string) => number): number | undefined {
    const given = text(name);
    if (given === undefined) return undefined;
    try {
      return convert(given);
    } catch (error) {
      if (!(error instanceof AloftError)) throw error;
      throw new AloftError(error.code, `--${name}: ${error.message}`, { hint: error.hint });
    }
  }

  return {
    flag: (name) => value(name) === true,
    text,
    list: (name) => (Array.isArray(value(name)) ? (value(name) as string[]) : []),
    positive: (name) => converted(name, positiveNumber),
    count: (name) => converted(name, positiveWhole),
    size: (name) => converted(name, parseBytes),
    duration: (name) => converted(name, parseDuration),
  };
}

function positiveNumber(text: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new AloftError("bad-input", `"${text}" is not a positive number`, {
    hint: "such as 2 or 0.5",
  });
}

function positiveWhole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AloftError("bad-input", `"${text}" is not a positive whole number`);
}

/** The words before the first `--`, and those after it; `undefined` where there is none. */
export function splitAtDashes(
  argv: readonly string[],
): [own: readonly string[], rest: readonly string[] | undefined] {
  const at = argv.indexOf("--");
  return at < 0 ? [argv, undefined] : [argv.slice(0, at), argv.slice(at + 1)];
}
