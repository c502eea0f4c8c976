import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { randomId } from "../base/ids.ts";
import type { ExitRecord } from "../model/exit-record.ts";
import { type Job, jobFiles, type JobLimits } from "../model/job.ts";
import type { Availability, Network } from "../model/level.ts";
import { tryRead } from "./conformance-machine.ts";
import type { LevelEngine, StagedImage } from "./level.ts";

/** The part of a platform that an engine is tried on. */
export interface JobHost extends AsyncDisposable {
  stage(
    request: {
      readonly id: string;
      readonly image?: { readonly squashfs: string; readonly need: "root" | "squashfs" };
    },
    signal: AbortSignal,
  ): Promise<{ readonly folder: string; readonly image?: StagedImage }>;
  submit(job: Job, signal: AbortSignal): Promise<void>;
  observe(
    id: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly state: "ended"; readonly exit: ExitRecord }
    | { readonly state: "waiting" | "running" }
    | { readonly state: "vanished"; readonly detail: string }
    | undefined
  >;
  cancel(id: string, options: { now: boolean }, signal: AbortSignal): Promise<void>;
  release(id: string, signal: AbortSignal): Promise<void>;
}

export interface EngineTrial {
  readonly engine: LevelEngine;
  /** What the probe said: where it is not available, the cases are skipped with its words. */
  readonly availability: Availability;
  /** A platform that keeps everything below the folder. */
  open(folder: string): Promise<JobHost>;
  /** A squashfs with busybox and its applets; absent for an engine without images. */
  readonly squashfs?: string;
  /** Memory that a small program needs at this engine. */
  readonly memoryBytes?: number;
  /** Seconds until a trivial run must have ended: a level that emulates is slow. */
  readonly patience?: number;
  /** Cases that cannot hold for the engine, with the reason. */
  readonly cannot?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly network?: Network;
  readonly limits?: Partial<JobLimits>;
  /** Called when the run is staged, before it starts. */
  readonly prepare?: (folder: string) => void;
  /** Called when the program has made the file `ready` in its working folder. */
  readonly whenReady?: (run: ReadyRun) => Promise<void>;
}

interface ReadyRun {
  readonly folder: string;
  readonly cancel: (options: { now: boolean }) => Promise<void>;
}

interface Outcome {
  readonly exit: ExitRecord;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly folder: string;
}

/** What a case works with. */
export interface Bench {
  readonly trial: EngineTrial;
  readonly engine: LevelEngine;
  readonly run: (command: string | readonly string[], options?: RunOptions) => Promise<Outcome>;
}

export const MiB = 2 ** 20;

export function patience(trial: EngineTrial, seconds = 0): AbortSignal {
  return AbortSignal.timeout(((trial.patience ?? 20) + seconds) * 1000);
}

export async function execute(
  trial: EngineTrial,
  host: JobHost,
  command: string | readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  const { engine, squashfs } = trial;
  const signal = patience(trial, options.limits?.seconds);
  const id = randomId();
  const staged = await host.stage(
    {
      id,
      ...(squashfs !== undefined && engine.staging !== "none"
        ? { image: { squashfs, need: engine.staging } }
        : {}),
    },
    signal,
  );
  options.prepare?.(staged.folder);
  const limits = { cpus: 1, memoryBytes: trial.memoryBytes ?? 256 * MiB, pids: 200 };
  const all: JobLimits = { ...limits, graceSeconds: 5, ...options.limits };
  const sandbox = engine.sandbox({
    id,
    hostname: `run-${id}`,
    argv: typeof command === "string" ? ["sh", "-c", command] : command,
    env: options.env ?? {},
    network: options.network ?? engine.abilities.networks[0] ?? "none",
    cpus: all.cpus,
    memoryBytes: all.memoryBytes,
    pids: all.pids,
    folder: staged.folder,
    ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
    ...(staged.image ? { image: staged.image } : {}),
  });
  await host.submit({ id, folder: staged.folder, sandbox, limits: all }, signal);
  if (options.whenReady) {
    await until(() => tryRead(join(staged.folder, "work/ready")) !== "", signal);
    await options.whenReady({
      folder: staged.folder,
      cancel: (how) => host.cancel(id, how, signal),
    });
  }
  const exit = await endOf(host, id, staged.folder, signal);
  const read = (file: string) => readFileSync(join(staged.folder, file));
  const outcome = {
    exit,
    stdout: read(jobFiles.stdout),
    stderr: read(jobFiles.stderr),
    folder: staged.folder,
  };
  await host.release(id, signal);
  return outcome;
}

async function endOf(
  host: JobHost,
  id: string,
  folder: string,
  signal: AbortSignal,
): Promise<ExitRecord> {
  for (;;) {
    const seen = await host.observe(id, signal);
    if (seen?.state === "ended") return seen.exit;
    if (seen?.state === "vanished") throw new Error(`the run vanished: ${seen.detail}`);
    if (signal.aborted)
      throw new Error(`no end: ${seen?.state}; ${tryRead(join(folder, jobFiles.stderr))}`);
    await delay(5);
  }
}

export async function until(condition: () => boolean, signal: AbortSignal): Promise<void> {
  while (!condition()) {
    signal.throwIfAborted();
    await delay(5);
  }
}
