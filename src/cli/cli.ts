import type { Writable } from "node:stream";
import { AloftError, asAloftError, errorCodes } from "../base/errors.ts";
import type { Context } from "./command.ts";
import { findCommand } from "./commands.ts";
import { createConnection } from "./connection.ts";
import { brokenPipeExit } from "./exit-codes.ts";
import type { CliHost } from "./host.ts";
import { splitAtDashes } from "./options.ts";
import type { Parsed } from "./program.ts";
import { quickParse } from "./quick-parse.ts";
import { createStyle } from "./style.ts";

/**
 * Runs one command line and resolves with the exit code. Everything it says is written to the host's streams; the
 * process should end by itself then, so that a slow reader gets all of it.
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  const unread = watchForUnread([host.stdout.stream, host.stderr.stream]);
  try {
    const code = await dispatch(argv, host, unread);
    return unread.aborted ? brokenPipeExit : code;
  } catch (thrown) {
    if (unread.aborted) return brokenPipeExit;
    const error = asAloftError(thrown);
    // The command line itself may be what is wrong: a plain look at it must do.
    const [own] = splitAtDashes(argv);
    tell(error, { host, json: own.includes("--json"), debug: own.includes("--debug") });
    return errorCodes[error.code].exit;
  }
}

async function dispatch(
  argv: readonly string[],
  host: CliHost,
  signal: AbortSignal,
): Promise<number> {
  const { stdout } = host;
  if (argv[0] === "--version" || argv[0] === "-V") {
    stdout.stream.write(`${host.version}\n`);
    return 0;
  }
  const parsed = (await quick(argv)) ?? (await thorough(argv, host));
  return parsed ? parsed.command.run(createContext(parsed, host, signal)) : 0;
}

async function quick(argv: readonly string[]): Promise<Parsed | undefined> {
  const found = findCommand(argv);
  const command = await found?.entry.load();
  const parsed = command && quickParse(argv.slice(found?.words), command);
  return parsed && { command, ...parsed };
}

async function thorough(
  argv: readonly string[],
  { version, stdout }: CliHost,
): Promise<Parsed | undefined> {
  const { parseCommandLine } = await import("./program.ts");
  return parseCommandLine(argv.length === 0 ? ["--help"] : argv, {
    version,
    columns: stdout.columns(),
    colour: stdout.colour,
    writeHelp: (text) => stdout.stream.write(text),
  });
}

function createContext(
  { args, rest, options }: Parsed,
  host: CliHost,
  signal: AbortSignal,
): Context {
  const json = options.flag("json");
  return {
    host,
    connection: createConnection(host.socket, () => host.ensureServer()),
    args,
    rest,
    options,
    json,
    quiet: options.flag("quiet") || (json && !host.stderr.terminal),
    style: createStyle(host.stdout.colour),
    noteStyle: createStyle(host.stderr.colour),
    signal,
    print: lineWriter(host.stdout.stream),
    printJson: (document) => host.stdout.stream.write(`${JSON.stringify(document, null, 2)}\n`),
    note: lineWriter(host.stderr.stream),
  };
}

function lineWriter(stream: Writable): (...lines: readonly string[]) => void {
  return (...lines) => {
    if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
  };
}

/** A reader that went away, such as `head`, is no error worth a word. */
function watchForUnread(streams: readonly Writable[]): AbortSignal {
  const control = new AbortController();
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      control.abort(new AloftError("cancelled", "nobody reads the output any more"));
    });
  return control.signal;
}

function tell(
  error: AloftError,
  { host, json, debug }: { host: CliHost; json: boolean; debug: boolean },
): void {
  const { stream, colour } = host.stderr;
  const { code, message, hint, details } = error;
  if (json) {
    stream.write(`${JSON.stringify({ error: { code, message, hint, details } })}\n`);
    return;
  }
  const style = createStyle(colour);
  stream.write(`${style.red("error:")} ${message}\n`);
  if (hint) stream.write(`${style.dim("hint:")} ${hint}\n`);
  if (debug) stream.write(`${stackOf(error)}\n`);
  else if (code === "internal") stream.write(`${style.dim("hint:")} --debug shows where\n`);
}

function stackOf(error: AloftError): string {
  const { cause, stack } = error;
  return cause instanceof Error ? `${stack}\ncaused by: ${cause.stack}` : String(stack);
}
