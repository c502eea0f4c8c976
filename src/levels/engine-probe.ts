import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ExitRecord } from "../model/exit-record.ts";
import { jobScript, reserveBytes } from "../model/job-script.ts";
import { type Job, jobFiles } from "../model/job.ts";
import type { Availability } from "../model/level.ts";
import { stopScript } from "../model/stop-script.ts";
import type { LevelEngine } from "./level.ts";

export interface ProbeOptions {
  /** The engine's program, whose `--version` is told. */
  readonly program: string;
  /** The command that installs it. */
  readonly install: string;
  /** A static busybox: the whole image of the probe. */
  readonly busybox: string;
  /** Whether the platform can mount images. */
  readonly mayMount: boolean;
  /** An existing folder on a file system that allows programs. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** Starts a real program by the engine, in a root file system that is nothing but busybox. */
export async function probeEngine(
  engine: LevelEngine,
  options: ProbeOptions,
): Promise<Availability> {
  if (engine.staging === "root" && !options.mayMount)
    return missing(
      "mounting images needs root",
      "start the server as root (./aloft down; sudo ./aloft up), or use level vm, which mounts nothing here",
    );
  const version = await firstLine(options.program, options.signal);
  if (version === undefined) return missing(`${options.program} is not installed`, options.install);
  if (!existsSync(options.busybox))
    return missing(`${options.busybox} is not installed`, options.install);
  mkdirSync(options.scratch, { recursive: true });
  const folder = mkdtempSync(join(options.scratch, `probe-${engine.name}-`));
  try {
    const said = await tryOut(engine, folder, options);
    if (said === undefined) return { available: true, detail: version };
    return { available: false, detail: `${version} does not start a program here: ${said}` };
  } catch (error) {
    return { available: false, detail: `${version}: ${(error as Error).message}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What went wrong, or nothing. */
async function tryOut(
  engine: LevelEngine,
  folder: string,
  options: ProbeOptions,
): Promise<string | undefined> {
  const root = join(folder, "root");
  for (const name of ["bin", "dev", "etc", "proc", "sys", "work"])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ["etc/hosts", "etc/resolv.conf"]) writeFileSync(join(root, name), "");
  copyFileSync(options.busybox, join(root, "bin/busybox"));
  chmodSync(join(root, "bin/busybox"), 0o755);
  mkdirSync(join(folder, jobFiles.work));
  const id = folder.slice(folder.lastIndexOf("-") + 1).toLowerCase();
  const sandbox = engine.sandbox({
    id: `probe.${id}`,
    hostname: "probe",
    argv: ["/bin/busybox", "sh", "-c", "echo works; exit 7"],
    env: {},
    network: engine.abilities.networks[0] ?? "none",
    cpus: 1,
    memoryBytes: 2 ** 28,
    folder,
    image: { squashfs: join(folder, "none"), root },
  });
  const limits = { cpus: 1, memoryBytes: 2 ** 28, pids: 100, seconds: 10, graceSeconds: 0 };
  const job: Job = { id, folder, sandbox, limits };
  for (const file of sandbox.files)
    writeFileSync(join(folder, file.path), file.content, { mode: file.mode ?? 0o600 });
  writeFileSync(join(folder, jobFiles.script), jobScript(job, {}));
  writeFileSync(join(folder, jobFiles.stop), stopScript(job, {}));
  writeFileSync(join(folder, jobFiles.reserve), " ".repeat(reserveBytes));
  await ended(join(folder, jobFiles.script), options.signal);
  const exit = ExitRecord.parse(JSON.parse(readFileSync(join(folder, jobFiles.exit), "utf8")));
  const said = readFileSync(join(folder, jobFiles.stdout), "utf8");
  if (exit.code === 7 && said === "works\n" && !exit.engineFailed) return undefined;
  const complaint = readFileSync(join(folder, jobFiles.stderr), "utf8").trim().split("\n").at(-1);
  return complaint || (exit.timedOut ? "no answer within 10 s" : `exit code ${exit.code}`);
}

function ended(script: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", [script], { stdio: "ignore", detached: true, signal });
    child.on("error", reject);
    child.on("exit", () => resolve());
  });
}

function firstLine(program: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { signal, timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : (stdout.split("\n")[0] ?? "")),
    );
  });
}

function missing(detail: string, remedy: string): Availability {
  return { available: false, detail, remedy };
}
