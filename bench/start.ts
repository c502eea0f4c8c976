import { spawn } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { seededRandom } from "../src/base/random.ts";
import { serverCommand } from "../src/server-command.ts";
import { machineFacts, machineState } from "./machine.ts";
import { measureStarts } from "./measure.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { renderResult, type Result } from "./report.ts";
import { compare } from "./targets.ts";

const repository = dirname(import.meta.dirname);
/** Tells the process in the private mount namespace that it is there. */
const insideMark = "ALOFT_BENCH_INSIDE";
const uid = process.geteuid?.() ?? -1;

const parsed = parseOptions(process.argv.slice(2), Date.now());
if (parsed === "help") process.stdout.write(usage);
else if (parsed instanceof Error) {
  process.stderr.write(`${parsed.message}\n\n${usage}`);
  process.exitCode = 2;
} else if (uid === 0 && process.env[insideMark] === undefined) process.exitCode = await inside();
else await bench(parsed);

/** This program again, where its mounts are seen by nobody else, and where crun can run beside hybrid control groups. */
async function inside(): Promise<number> {
  const self = ["setpriv", "--pdeathsig", "TERM", process.execPath, ...process.argv.slice(1)];
  const [file = "", ...args] = serverCommand(self, uid);
  const child = spawn(file, args, {
    stdio: "inherit",
    env: { ...process.env, [insideMark]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("exit", (code) => done(code ?? 1));
  });
}

async function bench(options: Options): Promise<void> {
  const control = new AbortController();
  const interrupt = (): void => control.abort(new Error("interrupted"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  try {
    const result = await measured(options, control.signal);
    const file = keep(result, options);
    process.stdout.write(
      options.json ? `${JSON.stringify(result, null, 1)}\n` : renderResult(result),
    );
    if (file !== undefined) process.stderr.write(`kept in ${file}\n`);
  } catch (error) {
    const message = control.signal.aborted ? "interrupted" : (error as Error).message;
    process.stderr.write(`bench:start: ${message}\n`);
    process.exitCode = control.signal.aborted ? 130 : 1;
  }
}

async function measured(options: Options, signal: AbortSignal): Promise<Result> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|ALOFT_)/.test(name)),
  );
  const home = process.env.ALOFT_HOME || join(process.env.HOME || "/root", ".local/share/aloft");
  const startedAt = new Date();
  const machine = await machineFacts(repository);
  const before = machineState();
  const random = seededRandom(options.seed);
  const { contenders, samples, unmeasured } = await measureStarts({
    ...{ options, repository, env, signal, random },
    root: uid === 0,
    node: realpathSync(join(repository, "dist/node")),
    // Another build may take the place of this one in the meantime.
    program: realpathSync(join(repository, "dist/app/main.js")),
    guests: resolve(process.env.ALOFT_GUESTS || join(home, "guests")),
    progress,
  });
  const after = machineState();
  progress("");
  return {
    benchmark: "start",
    format: 1,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    options: { ...options, notes: undefined },
    ...{ machine, before, after, notes: options.notes },
    contenders,
    samples: Object.fromEntries(samples),
    unmeasured,
    comparisons: compare(samples, random),
  };
}

function keep(result: Result, { out }: Options): string | undefined {
  if (out === "none") return undefined;
  const at = result.startedAt.slice(0, 19).replaceAll(":", "");
  const host = result.machine.host.replaceAll(/[^A-Za-z0-9.-]/g, "-");
  const file = resolve(out ?? join(repository, `bench/results/start-${at}-${host}.json`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result)}\n`);
  return file;
}

/** One line that is written over on a terminal; elsewhere each line by itself, every tenth round. */
function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
  else if (message !== "" && !/round \d*[1-9] of/.test(message))
    process.stderr.write(`${message}\n`);
}
