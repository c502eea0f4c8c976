import { formatDuration } from "../base/durations.ts";
import { formatBytes } from "../base/bytes.ts";
import type { ExitRecord } from "../model/exit-record.ts";
import type { Run, RunState } from "../model/run.ts";
import { signalName } from "../model/signals.ts";

export interface Outcome {
  readonly state: RunState;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What an exit record means for a run. A cause outside the program comes before the code that it left. */
export function outcomeOf(exit: ExitRecord, run: Run): Outcome {
  const signal = exit.code > 128 ? signalName(exit.code - 128) : null;
  const ended = { exitCode: exit.code, signal };
  if (exit.engineFailed)
    return {
      state: "failed",
      reason: `${run.engine} could not start it; stderr says more`,
      exitCode: null,
      signal: null,
    };
  if (exit.cancelled) return { ...ended, state: "cancelled", reason: "cancelled on request" };
  if (exit.timedOut) return { ...ended, state: "timed-out", reason: overTime(run) };
  if (exit.oomKills > 0 && exit.code !== 0)
    return { ...ended, state: "out-of-memory", reason: overMemory(run, exit) };
  if (exit.diskFull)
    return {
      ...ended,
      state: "failed",
      reason: `the disk of ${run.folder} is full: its output may be cut short`,
    };
  if (exit.code === 0) return { ...ended, state: "succeeded", reason: null };
  const how = signal ? `ended by ${signal}` : `exit code ${exit.code}`;
  return { ...ended, state: "failed", reason: how };
}

/** For a job that has gone without an exit record. */
export function lostOutcome(detail: string): Outcome {
  return { state: "lost", reason: detail, exitCode: null, signal: null };
}

function overTime({ workload }: Run): string {
  const limit = workload.resources.time;
  return limit === undefined
    ? "it passed its time limit"
    : `it passed its time limit of ${formatDuration(limit)}`;
}

function overMemory({ workload }: Run, exit: ExitRecord): string {
  const peak = exit.maxMemoryBytes === null ? "" : ` (peak ${formatBytes(exit.maxMemoryBytes)})`;
  const limit = workload.resources.memory;
  return limit === undefined
    ? `it needed more than its share of the memory${peak}; ask for more with \`resources.memory\``
    : `it needed more than the ${formatBytes(limit)} it asked for${peak}`;
}
