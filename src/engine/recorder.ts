import { asAloftError } from "../base/errors.ts";
import type { Run, RunState } from "../model/run.ts";
import type { Storage } from "../storage/storage.ts";

/** How long to wait before a full disk is tried again, in milliseconds. */
const retryDelay = 500;

/**
 * Writes the moves of runs in the order they happened, without making the runs wait: the run directory
 * tells the truth again after a crash, so a move that was not yet written is merely made again.
 */
export interface Recorder {
  /** Notes that `run` has left the state `from`, or has changed within it. */
  note(run: Run, from: RunState): void;
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

  async function write(): Promise<void> {
    while (pending.length > 0 && !signal.aborted) {
      const batch = pending;
      pending = [];
      const results = await Promise.allSettled(
        batch.map(({ run, from }) => storage.updateRun(run, from)),
      );
      const left = batch.filter((note, index) => failedForRoom(note, results[index]));
      pending = [...left, ...pending];
      if (left.length > 0) await pause();
    }
    writing = undefined;
  }

  function failedForRoom({ run }: Note, result: PromiseSettledResult<void> | undefined): boolean {
    if (result?.status !== "rejected") return false;
    const error = asAloftError(result.reason);
    report(`run ${run.id}: ${run.state} is not recorded yet: ${error.message}`);
    return error.code === "disk-full";
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, retryDelay);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  return {
    note(run, from) {
      pending.push({ run, from });
      writing ??= write();
    },
    async settled() {
      while (writing) await writing;
    },
  };
}
