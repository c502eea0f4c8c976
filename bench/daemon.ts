import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { lastWords } from "./launcher.ts";
import type { Place } from "./place.ts";

export interface DaemonOptions {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A file for what it says. */
  readonly log: string;
  readonly answers: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Milliseconds until it must answer, and until it must have ended when asked to. */
const startDeadline = 30_000;
const endDeadline = 15_000;

/**
 * Starts a daemon that ends with the benchmark, also where that is killed. Its session is its own, so that Ctrl-C reaches
 * it only through the benchmark. Throws with its last words where it does not answer.
 */
export async function startDaemon(options: DaemonOptions, place: Place): Promise<void> {
  const { argv, env, log, answers, signal } = options;
  const descriptor = openSync(log, "a", 0o600);
  const daemon = spawn("setpriv", ["--pdeathsig", "TERM", ...argv], {
    detached: true,
    stdio: ["ignore", descriptor, descriptor],
    env,
  });
  closeSync(descriptor);
  const ended = new Promise<void>((resolve) => {
    daemon.on("error", () => resolve());
    daemon.on("exit", () => resolve());
  });
  place.defer(async () => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill("SIGTERM");
    await Promise.race([ended, delay(endDeadline, undefined, { ref: false })]);
    daemon.kill("SIGKILL");
    await ended;
  });
  const deadline = performance.now() + startDeadline;
  while (!(await answers())) {
    if (daemon.exitCode !== null || performance.now() > deadline)
      throw new Error(`${argv[0]} does not answer: ${lastWords(log)}`);
    await delay(50, undefined, { signal });
  }
}
