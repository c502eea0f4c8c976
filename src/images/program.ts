import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AloftError } from "../base/errors.ts";
import { failureError } from "./failure.ts";

export interface Program {
  readonly argv: readonly string[];
  /** What it works on, for messages. */
  readonly subject: string;
  readonly signal: AbortSignal;
  readonly directory?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: AsyncIterable<Uint8Array>;
  /** Every line of both streams; a progress bar's carriage return ends a line too. */
  readonly onLine?: (line: string) => void;
  /** Makes an error of its own for a failure, or leaves it to the rules. */
  readonly explain?: (ending: Ending) => AloftError | undefined;
}

export interface Ending {
  readonly code: number | null;
  readonly output: string;
}

export interface Programs {
  /** Standard output, at most 64 MiB of it, when the program has ended well. */
  run(program: Program): Promise<Buffer>;
  /** Standard output as it comes; throws after its end where the program failed. */
  stream(program: Program): AsyncGenerator<Buffer>;
}

/** Which Debian package has a program that may be missing. */
const packages: Record<string, string> = {
  mksquashfs: "squashfs-tools",
  mmdebstrap: "mmdebstrap",
  skopeo: "skopeo",
  umoci: "umoci",
  crun: "crun",
  setpriv: "util-linux",
  unshare: "util-linux",
  zstd: "zstd",
  xz: "xz-utils",
  bzip2: "bzip2",
  tar: "tar",
  "/usr/lib/apt/apt-helper": "apt",
};

/**
 * Children that never outlive us. As root each has namespaces of its own: its mounts are invisible outside and
 * end, with their loop devices, when its last process does; that is when `unshare` dies, which the kernel kills
 * with us (PR_SET_PDEATHSIG, `--kill-child`). `marker` is in the environment of all of them: a child that was
 * forked in the very moment of our death is found by it.
 */
export function createPrograms(options: {
  readonly environment: Readonly<Record<string, string>>;
  readonly marker: string;
  readonly temporary: string;
}): Programs {
  const path = [options.environment["PATH"] ?? "", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].join(
    delimiter,
  );
  const base = {
    ...options.environment,
    PATH: path,
    LC_ALL: "C.UTF-8",
    TMPDIR: options.temporary,
    [workVariable]: options.marker,
  };
  const shelter = ["setpriv", "--pdeathsig", "KILL", ...(process.getuid?.() === 0 ? isolate : [])];

  async function start(program: Program) {
    program.signal.throwIfAborted();
    for (const name of [program.argv[0] ?? "", "setpriv", "unshare"]) await find(name, path);
    const [file = "", ...args] = [...shelter, ...program.argv];
    return spawn(file, args, {
      stdio: [program.input ? "pipe" : "ignore", "pipe", "pipe"],
      env: { ...base, ...program.env },
      ...(program.directory === undefined ? {} : { cwd: program.directory }),
    });
  }

  async function* stream(program: Program): AsyncGenerator<Buffer> {
    const child = await guard(program, () => start(program));
    const kill = () => child.kill("SIGKILL");
    program.signal.addEventListener("abort", kill);
    const tail = lineCollector(program.onLine);
    child.stderr?.on("data", (chunk: Buffer) => tail.add(chunk));
    const ended = new Promise<Ending & { signal: string | null }>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, output: tail.text() }));
    });
    // Awaited below; a program that cannot start must not become an unhandled rejection before.
    ended.catch(() => undefined);
    const fed = feed(program, child.stdin, kill);
    try {
      yield* (child.stdout ?? Readable.from([])) as AsyncIterable<Buffer>;
      const [feeding, ending] = await Promise.all([fed, ended]);
      if (program.signal.aborted) throw program.signal.reason;
      if (feeding !== undefined && !isBrokenPipe(feeding)) throw feeding;
      if (ending.code !== 0) throw explained(program, ending);
    } finally {
      program.signal.removeEventListener("abort", kill);
      if (child.exitCode === null && child.signalCode === null) kill();
      child.stdout?.resume();
      await ended.catch(() => undefined);
    }
  }

  return {
    stream: (program) => cancellable(program, stream(program)),
    async run(program) {
      const kept = lineCollector(program.onLine);
      const chunks: Buffer[] = [];
      let size = 0;
      const explain = (ending: Ending) =>
        program.explain?.(ending) ??
        failureOf(program, { ...ending, output: `${kept.text()}\n${ending.output}` });
      for await (const chunk of cancellable(program, stream({ ...program, explain }))) {
        kept.add(chunk);
        size += chunk.length;
        if (size <= 64 * 2 ** 20) chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

export const workVariable = "ALOFT_IMAGE_WORK";

const isolate = [
  "unshare",
  "--mount",
  "--propagation",
  "slave",
  "--pid",
  "--fork",
  "--kill-child=KILL",
  "--mount-proc",
  "--",
];

/** The file of a program; throws `unavailable` with the package to install where there is none. */
export async function find(name: string, path: string): Promise<string> {
  const folders = name.includes("/") ? [""] : path.split(delimiter).filter((part) => part !== "");
  for (const folder of folders) {
    const file = join(folder, name);
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  throw new AloftError("unavailable", `${name} is not installed`, {
    hint: `apt-get install ${packages[name] ?? name}`,
  });
}

/** Cancelling is the one failure that every program has in common. */
async function guard<T>(program: Program, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!program.signal.aborted) throw error;
    throw cancelled(program.subject, error);
  }
}

async function* cancellable(program: Program, chunks: AsyncGenerator<Buffer>) {
  try {
    yield* chunks;
  } catch (error) {
    if (!program.signal.aborted) throw error;
    throw cancelled(program.subject, error);
  }
}

export function cancelled(subject: string, cause?: unknown): AloftError {
  return new AloftError("cancelled", `the build of ${subject} was cancelled`, { cause });
}

/** What went wrong while feeding, if anything did. */
async function feed(program: Program, stdin: NodeJS.WritableStream | null, kill: () => void) {
  if (!program.input || !stdin) return undefined;
  try {
    await pipeline(Readable.from(program.input, { objectMode: false }), stdin);
    return undefined;
  } catch (error) {
    if (!isBrokenPipe(error)) kill();
    return error;
  }
}

/** The reader went away first: its own ending says why. */
function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EPIPE" || code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE";
}

function explained(program: Program, ending: Ending & { signal: string | null }): AloftError {
  return program.explain?.(ending) ?? failureOf(program, ending);
}

function failureOf(program: Program, ending: Ending): AloftError {
  return failureError({
    program: program.argv[0] ?? "",
    subject: program.subject,
    ending: ending.code === null ? "a signal" : `exit code ${ending.code}`,
    output: ending.output,
  });
}

/** Keeps the last 16 KiB and hands on whole lines. */
function lineCollector(onLine: ((line: string) => void) | undefined) {
  let kept = "";
  let open = "";
  return {
    add(chunk: Buffer): void {
      const text = chunk.toString("utf8");
      kept = (kept + text).slice(-16384);
      if (!onLine) return;
      const lines = (open + text).slice(-65536).split(/[\r\n]+/);
      open = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onLine(line);
    },
    text: () => kept,
  };
}
