import { AloftError } from "../base/errors.ts";

/** Options as the user gave them, by their long name without dashes. Absent ones are `undefined`, `false` or empty. */
export interface Options {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  /** Throws `bad-input` for what is no positive whole number. */
  count(name: string): number | undefined;
}

/** Over what commander parsed: camel-cased names with unknown values. */
export function createOptions(values: Readonly<Record<string, unknown>>): Options {
  const value = (name: string): unknown =>
    values[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];

  function text(name: string): string | undefined {
    const found = value(name);
    return typeof found === "string" ? found : undefined;
  }

  return {
    flag: (name) => value(name) === true,
    text,
    list: (name) => (Array.isArray(value(name)) ? (value(name) as string[]) : []),
    count(name) {
      const given = text(name);
      return given === undefined ? undefined : positiveWhole(name, given);
    },
  };
}

function positiveWhole(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AloftError("bad-input", `--${name}: "${text}" is not a positive whole number`);
}

/** The words before the first `--`, and those after it; `undefined` where there is none. */
export function splitAtDashes(
  argv: readonly string[],
): [own: readonly string[], rest: readonly string[] | undefined] {
  const at = argv.indexOf("--");
  return at < 0 ? [argv, undefined] : [argv.slice(0, at), argv.slice(at + 1)];
}
