import type { Clock } from "../base/clock.ts";
import { AloftError } from "../base/errors.ts";
import { canMove, hasEnded, type Run, type RunState, type Timings } from "../model/run.ts";
import type { Staged } from "../platforms/platform.ts";
import type { Recorder } from "./recorder.ts";

/** A run that has not ended, with what is known of it only while it lives. */
export interface ActiveRun {
  run: Run;
  /** Seconds since the epoch at which the present state was entered. */
  enteredAt: number;
  staged: Staged | undefined;
  /** Ends the staging when the run is cancelled. */
  readonly staging: AbortController;
  /** The platform has been asked to end it. */
  stopping: boolean;
}

/** The runs that have not ended, oldest first, and the one place where a run moves. */
export interface ActiveRuns {
  readonly all: ReadonlyMap<string, ActiveRun>;
  add(run: Run): ActiveRun;
  /** Moves along the table of states and records it. An ended run is active no more. */
  move(active: ActiveRun, state: RunState, changes?: Partial<Run>): void;
  /** Changes what may change within a state. `recorded: false` for what is only of interest while it lasts. */
  change(active: ActiveRun, changes: Partial<Run>, recorded?: boolean): void;
  /** Resolves with the run when it has ended, `undefined` when `signal` was first. */
  ended(id: string, signal: AbortSignal): Promise<Run | undefined>;
}

/** `moved` is told of every move, after it was made. */
export function createActiveRuns(
  recorder: Recorder,
  clock: Clock,
  moved: (run: Run, before: RunState) => void,
): ActiveRuns {
  const all = new Map<string, ActiveRun>();
  const listeners = new Map<string, Set<(run: Run) => void>>();

  return {
    all,
    add(run) {
      const spent = Object.values(run.timings).reduce<number>((sum, part) => sum + (part ?? 0), 0);
      const active: ActiveRun = {
        run,
        enteredAt: run.createdAt + spent,
        staged: undefined,
        staging: new AbortController(),
        stopping: false,
      };
      all.set(run.id, active);
      return active;
    },
    move(active, state, changes = {}) {
      const { run } = active;
      if (!canMove(run.state, state))
        throw new AloftError("internal", `run ${run.id} cannot go from ${run.state} to ${state}`);
      const now = clock.now();
      const timings = { ...run.timings, ...spentIn(run.state, now - active.enteredAt) };
      const startedAt = run.startedAt ?? (state === "running" ? now : null);
      const endedAt = hasEnded(state) ? now : null;
      active.run = { ...run, reason: null, timings, startedAt, endedAt, ...changes, state };
      active.enteredAt = now;
      recorder.note(active.run, run.state);
      if (hasEnded(state)) {
        all.delete(run.id);
        for (const listener of listeners.get(run.id) ?? []) listener(active.run);
        listeners.delete(run.id);
      }
      moved(active.run, run.state);
    },
    change(active, changes, recorded = true) {
      active.run = { ...active.run, ...changes };
      if (recorded) recorder.note(active.run, active.run.state);
    },
    ended: (id, signal) =>
      new Promise((resolve) => {
        const waiting = listeners.get(id) ?? new Set();
        listeners.set(id, waiting);
        const listener = (run: Run | undefined): void => {
          waiting.delete(listener);
          signal.removeEventListener("abort", stop);
          resolve(run);
        };
        const stop = (): void => listener(undefined);
        waiting.add(listener);
        signal.addEventListener("abort", stop);
        if (signal.aborted) stop();
      }),
  };
}

/** A clock that was set back must not make a state last less than nothing. */
function spentIn(state: RunState, seconds: number): Partial<Timings> {
  switch (state) {
    case "queued":
    case "staging":
    case "starting":
    case "running":
      return { [state]: Math.max(0, Math.round(seconds * 1000) / 1000) };
    default:
      return {};
  }
}
