import { resolve } from "node:path";
import { AloftError } from "../../base/errors.ts";
import type { Answers } from "../ask-answers.ts";
import type { Command, Context } from "../command.ts";

const usual = "workload.yaml";

export const ask: Command = {
  arguments: "[file]",
  completes: "file",
  details: `Asks what decides where a workload should run, and writes the workload file: ${usual} unless another
is named. A file that is there is replaced only where you say so. Scripts answer with --answers;
--json without it prints the questions as a JSON Schema, and writes nothing.`,
  options: [
    {
      flags: "--answers <file>",
      description: 'answers as JSON instead of the form; "-" reads them',
    },
    { flags: "-f, --force", description: "replace a file that is there" },
  ],
  examples: [
    "aloft ask",
    "aloft ask beam.yaml",
    "aloft ask --json > questions.schema.json",
    `echo '{"command": "./solve", "kind": "coupled", "ranks": 64}' | aloft ask --answers - beam.yaml`,
  ],
  async run(context) {
    const { args, options, json } = context;
    const file = args[0] ?? usual;
    const given = options.text("answers");
    if (given === undefined && json) {
      const { answersJsonSchema } = await import("../ask-answers.ts");
      context.printJson(answersJsonSchema());
      return 0;
    }
    const target = await writable(context, file);
    const answers = given === undefined ? await form(context) : await readAnswers(context, given);
    return finish(context, { answers, file, ...target });
  },
};

interface Target {
  readonly path: string;
  readonly replace: boolean;
}

/** Where the file will be. Throws `conflict` where one is there that is to stay. */
async function writable(context: Context, file: string): Promise<Target> {
  const { host, options } = context;
  const { lstat } = await import("node:fs/promises");
  const path = resolve(host.cwd, file);
  const there = await lstat(path).catch(() => undefined);
  if (!there) return { path, replace: false };
  if (there.isDirectory()) throw new AloftError("bad-input", `${file} is a folder`);
  if (options.flag("force")) return { path, replace: true };
  const hint = "--force replaces it";
  if (options.text("answers") !== undefined || !isWatched(context))
    throw new AloftError("conflict", `${file} is there already`, { hint });
  const { askToReplace } = await import("../ask-form.ts");
  if (await askToReplace(file, terminalOf(context))) return { path, replace: true };
  throw new AloftError("cancelled", `${file} stays as it is`, { hint });
}

async function form(context: Context): Promise<Answers> {
  if (!isWatched(context))
    throw new AloftError("bad-input", "nobody can be asked here: this is no terminal", {
      hint: "answer with --answers FILE; `aloft ask --json` prints the questions",
    });
  const { askAll } = await import("../ask-form.ts");
  return askAll(terminalOf(context));
}

function isWatched({ host }: Context): boolean {
  return host.stdin.terminal && host.stderr.terminal;
}

function terminalOf({ host }: Context) {
  return { input: host.stdin.stream, output: host.stderr.stream };
}

/** Throws `bad-input` that names each wrong answer with its place. */
async function readAnswers({ host }: Context, from: string): Promise<Answers> {
  const name = from === "-" ? "standard input" : from;
  const { parseAnswers } = await import("../ask-file.ts");
  if (from === "-") {
    const { text } = await import("node:stream/consumers");
    return parseAnswers(await text(host.stdin.stream), name);
  }
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(resolve(host.cwd, from), "utf8").catch((cause: unknown) => {
    throw new AloftError("bad-input", `${from} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  });
  return parseAnswers(text, name);
}

async function finish(
  context: Context,
  { answers, file, path, replace }: Target & { answers: Answers; file: string },
): Promise<number> {
  const { workloadText } = await import("../ask-text.ts");
  const { readWorkload } = await import("../../model/workload-source.ts");
  const text = workloadText(answers, file);
  const { notices } = readWorkload(text, file);
  await write(path, text, { replace, file });
  const next = `${file} is written; \`aloft plan ${file}\` says where it could run`;
  if (context.json) context.printJson({ file: path, text, notices });
  else context.note(...notices.map((notice) => `notice: ${notice}`), next);
  return 0;
}

/** The file as a whole or not at all. */
async function write(
  path: string,
  text: string,
  { replace, file }: { replace: boolean; file: string },
): Promise<void> {
  const { rename, rm, writeFile } = await import("node:fs/promises");
  const half = `${path}.part`;
  try {
    await writeFile(replace ? half : path, text, { flag: replace ? "w" : "wx" });
    if (replace) await rename(half, path);
  } catch (cause) {
    if (replace) await rm(half, { force: true });
    const { message } = cause as Error;
    throw new AloftError("bad-input", `${file} cannot be written: ${message}`, { cause });
  }
}
