import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Sample } from "./contender.ts";

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A file for what the command says when it fails. */
  readonly log: string;
}

/** A child of this process, which must succeed. */
export async function timedChild(argv: readonly string[]): Promise<Sample> {
  const begin = performance.now();
  const code = await ended(start(argv, {}, "ignore"));
  const end = performance.now() - begin;
  if (code !== 0) throw failure(argv, code, "");
  return { end };
}

/** From before the spawn to the end of the command, which must succeed and print `word`; the time of that is told too. */
export async function timedOutput(
  argv: readonly string[],
  word: string,
  options: CommandOptions,
): Promise<Sample> {
  let output = "";
  let first: number | undefined;
  const { end, code } = await withLog(options.log, async (log) => {
    const begin = performance.now();
    const child = start(argv, options, ["ignore", "pipe", log]);
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString("latin1");
      if (output.includes(word)) first ??= performance.now() - begin;
    });
    const code = await ended(child);
    return { end: performance.now() - begin, code };
  });
  if (code !== 0 || first === undefined)
    throw failure(argv, code, output + readFileSync(options.log, "utf8"));
  return { end, first };
}

/** Runs a command of the preparation and gives its standard output. */
export function output(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly input?: Readable | null } = {},
): Promise<string> {
  const { input } = options;
  const child = start(argv, options, [input ? "pipe" : "ignore", "pipe", "pipe"]);
  if (input && child.stdin) {
    // Where the command ends early, its own words tell why, not the broken pipe.
    child.stdin.on("error", () => input.destroy());
    input.pipe(child.stdin);
  }
  let [text, errors] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(text) : reject(failure(argv, code, errors))));
  });
}

async function withLog<T>(file: string, work: (descriptor: number) => Promise<T>): Promise<T> {
  const descriptor = openSync(file, "w", 0o600);
  try {
    return await work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function start(
  argv: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  stdio: StdioOptions,
): ChildProcess {
  const [file = "", ...args] = argv;
  return spawn(file, args, { ...(cwd ? { cwd } : {}), ...(env ? { env } : {}), stdio });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
}

/** Long enough for the cause, short enough for a report. */
const wordsKept = 300;

function failure(argv: readonly string[], code: number | null, said: string): Error {
  const last = said.trim().split("\n").slice(-3).join("; ").slice(-wordsKept);
  return new Error(`${argv[0]} ended with ${code ?? "a signal"}: ${last}`);
}
