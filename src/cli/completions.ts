import type { Command, OptionSpec } from "./command.ts";
import { commands, findCommand, groupSummaries } from "./commands.ts";
import { completionScripts } from "./completion-scripts.ts";

export interface Offer {
  readonly text: string;
  readonly about: string;
}

export interface Offered {
  runs(): Promise<readonly Offer[]>;
  images(): Promise<readonly Offer[]>;
}

/** Asks the shell for its own file names. */
export const filesOffer: Offer = { text: ":files", about: "" };

const common: readonly OptionSpec[] = [
  { flags: "--json", description: "print one JSON document" },
  { flags: "--debug", description: "show the stack of an error" },
  { flags: "--help", description: "show help" },
];

/** What could stand in place of the last word, which may be empty or begun. */
export async function offers(words: readonly string[], offered: Offered): Promise<Offer[]> {
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? "";
  const found = findCommand(before);
  const all = found
    ? await afterCommand(await found.entry.load(), before.slice(found.words), begun, offered)
    : commandNames(before);
  return all.filter((offer) => offer === filesOffer || offer.text.startsWith(begun));
}

function commandNames(before: readonly string[]): Offer[] {
  const start = before.map((word) => `${word} `).join("");
  const fitting = commands.filter(({ name, hidden }) => !hidden && name.startsWith(start));
  const next = fitting.map(({ name, summary }): [string, string] => {
    const [word = "", ...more] = name.slice(start.length).split(" ");
    return [word, more.length > 0 ? (groupSummaries[word] ?? "") : summary];
  });
  return Array.from(new Map(next), ([text, about]) => ({ text, about }));
}

async function afterCommand(
  command: Command,
  before: readonly string[],
  begun: string,
  offered: Offered,
): Promise<Offer[]> {
  if (command.takesCommand && before.includes("--")) return [filesOffer];
  const options = [...(command.options ?? []), ...common];
  const awaiting = options.find(
    (option) => takesValue(option) && names(option).includes(before.at(-1) ?? ""),
  );
  if (awaiting) return valuesOf(awaiting, offered);
  if (begun.startsWith("-"))
    return options.flatMap((option) =>
      names(option)
        .filter((name) => name.startsWith("--"))
        .map((text) => ({ text, about: option.description })),
    );
  return argumentsOf(command, offered);
}

async function valuesOf({ choices, flags }: OptionSpec, offered: Offered): Promise<Offer[]> {
  if (choices) return choices.map((text) => ({ text, about: "" }));
  if (flags.startsWith("--image")) return [...(await offered.images())];
  return /^--input|<file>/.test(flags) ? [filesOffer] : [];
}

async function argumentsOf({ completes }: Command, offered: Offered): Promise<Offer[]> {
  if (typeof completes === "object") return completes.choices.map((text) => ({ text, about: "" }));
  switch (completes) {
    case "file":
      return [filesOffer];
    case "run":
      return [...(await offered.runs())];
    case "image":
      return [...(await offered.images())];
    case "shell":
      return Array.from(completionScripts.keys(), (text) => ({ text, about: "" }));
    default:
      return [];
  }
}

/** `-f, --follow` and `--cpus <n>` as the words that a user types. */
function names({ flags }: OptionSpec): string[] {
  return flags.split(/[ ,]+/).filter((word) => word.startsWith("-"));
}

function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes("<");
}
