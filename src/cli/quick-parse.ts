import type { Command, OptionSpec } from "./command.ts";
import { createOptions, type Options, splitAtDashes } from "./options.ts";

export interface QuickParsed {
  readonly args: readonly string[];
  readonly rest: readonly string[] | undefined;
  readonly options: Options;
}

const common: readonly OptionSpec[] = [
  { flags: "--json", description: "" },
  { flags: "--debug", description: "" },
];

/**
 * The words after a command's name, where they are plainly right; `undefined` where anything is unusual, for commander to
 * judge and explain. Loading commander costs more than a light command itself. A test holds the two to the same answers.
 */
export function quickParse(words: readonly string[], command: Command): QuickParsed | undefined {
  const [own, rest] = command.takesCommand ? splitAtDashes(words) : [words, undefined];
  const values: Record<string, unknown> = {};
  const args: string[] = [];
  const specs = [...(command.options ?? []), ...common];
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] ?? "";
    if (!word.startsWith("-")) {
      args.push(word);
      continue;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const spec = specs.find(({ flags }) => flags.split(/[ ,]+/).includes(name));
    if (!spec) return undefined;
    const key = keyOf(spec);
    if (!spec.flags.includes("<")) {
      if (equals >= 0) return undefined;
      values[key] = true;
      continue;
    }
    if (equals < 0) at += 1;
    const value = equals < 0 ? own[at] : word.slice(equals + 1);
    if (value === undefined || (spec.choices && !spec.choices.includes(value))) return undefined;
    values[key] = spec.repeats ? [...((values[key] as string[] | undefined) ?? []), value] : value;
  }
  const fits = fitting(command.arguments ?? "", args.length);
  return fits ? { args, rest, options: createOptions(values) } : undefined;
}

function keyOf({ flags }: OptionSpec): string {
  const long = /--([a-z-]+)/.exec(flags)?.[1] ?? flags;
  return long.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether so many words can stand for `<a> [b] <c...>`. */
function fitting(syntax: string, count: number): boolean {
  const places = syntax.split(" ").filter((place) => place !== "");
  const least = places.filter((place) => place.startsWith("<")).length;
  const most = places.some((place) => place.includes("..."))
    ? Number.POSITIVE_INFINITY
    : places.length;
  return count >= least && count <= most;
}
