import { Command as CommanderCommand, CommanderError, Option } from "commander";
import { AloftError } from "../base/errors.ts";
import type { Command } from "./command.ts";
import { type CommandEntry, commands, findCommand, groupSummaries } from "./commands.ts";
import { exitCodeHelp } from "./exit-codes.ts";
import { createOptions, type Options, splitAtDashes } from "./options.ts";
import { createStyle } from "./style.ts";

export interface Parsed {
  readonly command: Command;
  readonly args: readonly string[];
  readonly rest: readonly string[] | undefined;
  readonly options: Options;
}

export interface ProgramParts {
  readonly version: string;
  readonly columns: number | undefined;
  readonly colour: boolean;
  readonly writeHelp: (text: string) => void;
}

/** What the command line asks for; `undefined` where it asked for help, which has been written. Throws `bad-input`. */
export async function parseCommandLine(
  argv: readonly string[],
  parts: ProgramParts,
): Promise<Parsed | undefined> {
  const helpLess = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const found = findCommand(helpLess);
  const command = await found?.entry.load();
  const [words, rest] = command?.takesCommand ? splitAtDashes(helpLess) : [helpLess, undefined];
  let parsed: Parsed | undefined;
  const program = createProgram(parts);
  for (const entry of commands) {
    const sub = addCommand(program, entry, parts);
    if (!command || entry !== found?.entry) continue;
    fill(sub, entry, command);
    sub.action(() => {
      parsed = { command, args: sub.args, rest, options: createOptions(sub.opts()) };
    });
  }
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === "commander.help") return undefined;
    throw usageError(error, found?.entry);
  }
  return parsed;
}

function createProgram(parts: ProgramParts): CommanderCommand {
  const program = new CommanderCommand("aloft");
  configure(program, parts);
  return program
    .usage("<command> [options]")
    .description(
      "Describe a computation once; run it as a process, in a container or in a virtual machine.",
    )
    .version(parts.version, "-V, --version", "the version of Aloft")
    .addHelpText("after", `\n${topHelp}`);
}

const topHelp = `Examples:
  $ aloft run --image debian:bookworm -- cat /etc/os-release
  $ aloft plan workload.yaml
  $ aloft compare workload.yaml

Every command has --json (one document on standard output, an error as one line
of JSON on standard error) and --help with examples of its own.

${exitCodeHelp}`;

function configure(command: CommanderCommand, { columns, colour, writeHelp }: ProgramParts): void {
  const style = createStyle(colour);
  command
    .exitOverride()
    .helpCommand(false)
    .helpOption("-h, --help", "show this help")
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: writeHelp,
      // Errors are thrown and told by the caller; what commander writes here is help.
      writeErr: writeHelp,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(columns ?? 100, 100),
      getErrHelpWidth: () => Math.min(columns ?? 100, 100),
      getOutHasColors: () => colour,
      getErrHasColors: () => colour,
    })
    .configureHelp({
      styleTitle: (text) => style.bold(text),
      styleCommandText: (text) => style.cyan(text),
      styleSubcommandText: (text) => style.cyan(text),
      styleOptionText: (text) => style.cyan(text),
      subcommandTerm: (sub) => sub.name(),
    });
}

/** A command with its name only; a group is made with its first member. */
function addCommand(
  program: CommanderCommand,
  entry: CommandEntry,
  parts: ProgramParts,
): CommanderCommand {
  const [first = "", second] = entry.name.split(" ");
  let parent = program;
  if (second !== undefined) {
    const group = program.commands.find((one) => one.name() === first);
    parent = group ?? program.command(first).description(groupSummaries[first] ?? "");
    if (!group) {
      configure(parent, parts);
      parent.helpGroup(entry.group);
    }
  }
  const sub = parent.command(second ?? first, { hidden: entry.hidden ?? false });
  configure(sub, parts);
  sub.description(sentence(entry.summary)).summary(entry.summary);
  if (second === undefined) sub.helpGroup(entry.group);
  return sub;
}

function fill(sub: CommanderCommand, entry: CommandEntry, command: Command): void {
  if (command.arguments) sub.arguments(command.arguments);
  if (command.details) sub.description(`${sentence(entry.summary)}\n\n${command.details}`);
  if (command.takesCommand)
    sub.usage(
      `[options] ${command.arguments}\n       aloft ${entry.name} [options] -- COMMAND [ARGUMENT…]`,
    );
  for (const { flags, description, choices, repeats } of command.options ?? []) {
    const option = new Option(flags, description);
    if (choices) option.choices(choices);
    if (repeats)
      option.argParser((value: string, earlier: readonly string[] | undefined) => [
        ...(earlier ?? []),
        value,
      ]);
    sub.addOption(option);
  }
  sub.option("--json", "print one JSON document");
  sub.option("--debug", "show the stack of an error");
  sub.allowExcessArguments(false);
  const examples = command.examples.map((line) => `  $ ${line}`).join("\n");
  sub.addHelpText("after", `\nExamples:\n${examples}`);
}

function sentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`;
}

function usageError(
  { message, code }: CommanderError,
  entry: CommandEntry | undefined,
): AloftError {
  const [first = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const help = `\`aloft ${entry ? `${entry.name} ` : ""}--help\` shows what there is`;
  const rest =
    code === "commander.excessArguments" && entry?.name === "run"
      ? "; a command line to run follows `--`: `aloft run [options] -- COMMAND`"
      : "";
  const meant = suggestion ? `${suggestion.replace(/^\((.*)\)$/, "$1")} ` : "";
  return new AloftError("bad-input", first, { hint: `${meant}${help}${rest}` });
}
