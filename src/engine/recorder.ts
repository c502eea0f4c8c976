import { setTimeout as delay } from "node:timers/promises";
import { asAloftError } from "../base/errors.ts";
import type { Run, RunState } from "../model/run.ts";
import type { Storage } from "../storage/storage.ts";

/** How long to wait before a full disk is tried again, in milliseconds. */
const retryDelay = 500;
/**
 * How long moves are gathered before they are written, in milliseconds: the moves of a short run then share one wait for the
 * disk, after the run and not in its way.
 */
const gatherDelay = 50;

/**
 * Writes the moves of runs in the order they happened, without making the runs wait: the run directory
 * tells the truth again after a crash, so a move that was not yet written is merely made again.
 */
export interface Recorder {
  /** Notes that `run` has left the state `from`, or has changed within it. */
  note(run: Run, from: RunState): void;
  /** A run as it was noted last, while storage does not have that yet. */
  unwritten(id: string): Run | undefined;
  /** Every such run. */
  allUnwritten(): Iterable<Run>;
  /** Resolves when all that was noted so far is written. */
  settled(): Promise<void>;
}

interface Note {
  readonly run: Run;
  readonly from: RunState;
}

export function createRecorder(
  storage: Storage,
  report: (message: string) => void,
  signal: AbortSignal,
): Recorder {
  let pending: Note[] = [];
  let writing: Promise<void> | undefined;
  const latest = new Map<string, Run>();

  async function write(): Promise<void> {
    await pause(gatherDelay);
    while (pending.length > 0 && !signal.aborted) {
      const batch = pending;
      pending = [];
      const results = await Promise.allSettled(
        batch.map(({ run, from }) => storage.updateRun(run, from)),
      );
      const left = batch.filter((note, index) => mustWait(note, results[index]));
      pending = [...left, ...pending];
      if (left.length > 0) await pause(retryDelay);
    }
    writing = undefined;
  }

  function mustWait({ run }: Note, result: PromiseSettledResult<void> | undefined): boolean {
    if (result?.status === "rejected") {
      const error = asAloftError(result.reason);
      report(`run ${run.id}: ${run.state} is not recorded yet: ${error.message}`);
      if (error.code === "disk-full") return true;
    }
    if (latest.get(run.id) === run) latest.delete(run.id);
    return false;
  }

  /** Ends early when the recorder does. */
  async function pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  return {
    note(run, from) {
      pending.push({ run, from });
      latest.set(run.id, run);
      writing ??= write();
    },
    unwritten: (id) => latest.get(id),
    allUnwritten: () => latest.values(),
    async settled() {
      while (writing) await writing;
    },
  };
}
