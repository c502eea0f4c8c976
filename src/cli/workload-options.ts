import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { AloftError } from "../base/errors.ts";
import { shown } from "../base/shown.ts";
import type { EngineName, Level, Network } from "../model/level.ts";
import type { Workload, WorkloadInput } from "../model/workload.ts";
import type { Overrides } from "../model/workload-overrides.ts";
import type { Context, OptionSpec } from "./command.ts";
import type { CliHost } from "./host.ts";
import type { Options } from "./options.ts";

export const levelNames = ["process", "container", "vm"] as const satisfies readonly Level[];
export const engineNames = [
  "host",
  "bubblewrap",
  "crun",
  "runc",
  "qemu",
  "uml",
] as const satisfies readonly EngineName[];

/** Options that say where a run goes. */
export const placeOptions: readonly OptionSpec[] = [
  { flags: "--level <level>", description: "how far from the hardware", choices: levelNames },
  { flags: "--engine <engine>", description: "the program that provides it", choices: engineNames },
];

/** Options that make a workload, or replace what its file says. */
export const workloadOptions: readonly OptionSpec[] = [
  { flags: "--name <name>", description: "what the run is called" },
  {
    flags: "--image <source>",
    description: 'such as "debian:bookworm", "docker://alpine:3.20" or an image that Aloft has',
  },
  { flags: "--cpus <n>", description: "cores, possibly a fraction" },
  { flags: "--memory <size>", description: 'limit of the whole run, such as "16 GiB"' },
  { flags: "--time <duration>", description: 'limit of its running time, such as "1h30m"' },
  {
    flags: "--env <NAME=VALUE>",
    description: "a variable; the name alone takes its value from here (repeatable)",
    repeats: true,
  },
  { flags: "--network <mode>", description: "default none", choices: ["none", "host", "nat"] },
  { flags: "--workdir <folder>", description: "where the command starts inside" },
  {
    flags: "--input <path>",
    description: "a file, folder or glob to copy into the working folder (repeatable)",
    repeats: true,
  },
  {
    flags: "--output <glob>",
    description: "what in the working folder is the result (repeatable)",
    repeats: true,
  },
];

export interface Request {
  readonly workload: WorkloadInput;
  /** The folder that relative inputs are read from. */
  readonly origin: string;
  readonly level?: Level;
  readonly engine?: EngineName;
}

/** What a command line asks to run: a file, or the command after `--`, with the options on top. */
export async function requestOf(context: Context): Promise<Request> {
  const { args, rest, options, host } = context;
  const file = args[0] === undefined ? undefined : await workloadFileOf(args[0], host);
  if (file !== undefined && rest !== undefined)
    throw new AloftError("bad-input", `"${file}" and a command after \`--\` cannot both be run`, {
      hint: "give a file, or `--` and a command",
    });
  if (file !== undefined) {
    const workload = await readWorkloadFile(context, file);
    return { workload, origin: dirname(resolve(host.cwd, file)), ...placeOf(options) };
  }
  const [program] = rest ?? [];
  if (rest === undefined || program === undefined)
    throw new AloftError("bad-input", "nothing to run was given", {
      hint: "`aloft run FILE`, or `aloft run [options] -- COMMAND [ARGUMENT…]`",
    });
  const workload = await commandOf(context, rest, nameOf(program));
  return { workload, origin: host.cwd, ...placeOf(options) };
}

/** A folder stands for the `workload.yaml` in it. */
async function workloadFileOf(path: string, { cwd }: CliHost): Promise<string> {
  const { stat } = await import("node:fs/promises");
  const found = await stat(resolve(cwd, path)).catch(() => undefined);
  return found?.isDirectory() ? join(path, "workload.yaml") : path;
}

/**
 * Reads and checks a workload file, a script with #SBATCH lines or a SkyPilot task. What could not be mapped is told on
 * standard error.
 */
export async function readWorkloadFile(context: Context, file: string): Promise<Workload> {
  const { readFile } = await import("node:fs/promises");
  const { readWorkload } = await import("../model/workload-source.ts");
  const text = await readFile(resolve(context.host.cwd, file), "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const { workload, notices } = readWorkload(text, file, overrides(context));
  context.note(...notices.map((notice) => `${context.noteStyle.yellow("notice:")} ${notice}`));
  const { HOME: home } = context.host.env;
  return { ...workload, inputs: workload.inputs.map((input) => withHome(input, home)) };
}

/** `~/x` as shells have it: only here it is known whose home that is. */
function withHome(path: string, home: string | undefined): string {
  return home === undefined ? path : path.replace(/^~(?=\/|$)/, () => home);
}

function unreadable(file: string, cause: unknown): AloftError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT")
    return new AloftError("bad-input", `there is no file ${file}`, {
      hint: `to run a command write \`aloft run -- ${isAbsolute(file) ? file : basename(file)} …\``,
      cause,
    });
  const why = code === "EISDIR" ? "it is a folder" : (cause as Error).message;
  return new AloftError("bad-input", `${file} cannot be read: ${why}`, { cause });
}

export function placeOf(options: Options): { level?: Level; engine?: EngineName } {
  const level = options.text("level") as Level | undefined;
  const engine = options.text("engine") as EngineName | undefined;
  return { ...(level ? { level } : {}), ...(engine ? { engine } : {}) };
}

/** What is said instead of the file: whoever reads it names the option where a value is wrong. */
function overrides({ options, host }: Context): Overrides {
  return {
    name: options.text("name"),
    image: options.text("image"),
    cpus: options.text("cpus"),
    memory: options.text("memory"),
    time: options.text("time"),
    network: options.text("network"),
    workdir: options.text("workdir"),
    env: options.list("env").map((text) => withValue(text, host.env)),
    input: options.list("input"),
    output: options.list("output"),
  };
}

/** `NAME=value`; of a name alone, the value that it has here. */
function withValue(text: string, environment: CliHost["env"]): string {
  if (text.includes("=")) return text;
  const value = environment[text];
  if (value !== undefined) return `${text}=${value}`;
  throw new AloftError("bad-input", `--env: ${shown(text)} is not set here`, {
    hint: `write \`--env ${text}=VALUE\`, or leave it out`,
  });
}

/**
 * The workload of a command alone, with the options on top. Where these cannot be wrong by themselves the server's look
 * at it is enough, and the schemas, which take longer to load than all else here, are left out.
 */
async function commandOf(
  context: Context,
  words: readonly string[],
  name: string,
): Promise<WorkloadInput> {
  const { image, network, ...others } = overrides(context);
  const said = Object.values(others).some(
    (value) => typeof value === "string" || (value?.length ?? 0) > 0,
  );
  if (said || image === "") {
    const { commandWorkload } = await import("../model/workload-overrides.ts");
    return commandWorkload(words, { ...others, image, network, name: others.name ?? name });
  }
  return {
    name,
    command: [...words],
    ...(image === undefined ? {} : { image }),
    ...(network === undefined ? {} : { network: network as Network }),
  };
}

/** A name that a workload may have, from a program's path. */
export function nameOf(program: string): string {
  const name = basename(program)
    .replaceAll(/[^A-Za-z0-9_.-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 63);
  return name === "" ? "run" : name;
}
