import type { ActiveRuns } from "./active-runs.ts";
import { canMove, hasEnded, type Run, RunState } from "../model/run.ts";

export type TaskCounts = Partial<Record<RunState, number>>;

/** The states that an array passes through before it ends. */
const path: readonly RunState[] = ["queued", "staging", "starting", "running"];

/**
 * The moves that bring an array to where its tasks are: it is as far as its farthest task, and ends when all
 * of them have. Empty where nothing changes.
 */
export function arrayMoves(array: Run, tasks: TaskCounts): RunState[] {
  if (hasEnded(array.state)) return [];
  const end = endOf(tasks);
  if (end && canMove(array.state, end)) return [end];
  const from = path.indexOf(array.state);
  const someEnded = RunState.options.some((state) => hasEnded(state) && tasks[state]);
  const target = someEnded ? path.length - 1 : path.findLastIndex((state) => tasks[state]);
  return [...path.slice(from + 1, target + 1), ...(end ? [end] : [])];
}

/** The end of an array whose tasks have all ended; `undefined` before. */
function endOf(tasks: TaskCounts): RunState | undefined {
  if (path.some((state) => tasks[state])) return undefined;
  if (tasks.cancelled) return "cancelled";
  return RunState.options.some((state) => state !== "succeeded" && tasks[state])
    ? "failed"
    : "succeeded";
}

/** One sentence on how the tasks of an ended array ended; `null` where all succeeded. */
export function arrayReason(tasks: TaskCounts): string | null {
  const total = Object.values(tasks).reduce((sum, count) => sum + count, 0);
  const bad = RunState.options.filter((state) => state !== "succeeded" && tasks[state]);
  if (bad.length === 0) return null;
  return `${bad.map((state) => `${tasks[state]} ${state}`).join(", ")} of ${total} tasks`;
}

/** Keeps arrays in step with their tasks. */
export interface ArrayFollower {
  follow(array: Run): void;
  /** To be told of every move of a task. */
  taskMoved(task: Run, before: RunState): void;
  /** Brings each array to where its tasks are already: the last server may have stopped in between. */
  settle(): void;
}

export function createArrayFollower(runs: () => ActiveRuns): ArrayFollower {
  const counts = new Map<string, Map<RunState, number>>();

  function bring(id: string): void {
    const array = runs().all.get(id);
    const counted = counts.get(id);
    if (!array || !counted) return;
    const tasks: TaskCounts = Object.fromEntries([...counted].filter(([, count]) => count > 0));
    runs().change(array, { tasks }, false);
    for (const next of arrayMoves(array.run, tasks))
      runs().move(array, next, hasEnded(next) ? { reason: arrayReason(tasks) } : {});
    if (hasEnded(array.run.state)) counts.delete(id);
  }

  return {
    follow(array) {
      counts.set(array.id, new Map(Object.entries(array.tasks ?? {}) as [RunState, number][]));
    },
    taskMoved({ task, state }, before) {
      const counted = task && counts.get(task.array);
      if (!counted) return;
      counted.set(before, (counted.get(before) ?? 1) - 1);
      counted.set(state, (counted.get(state) ?? 0) + 1);
      bring(task.array);
    },
    settle() {
      for (const id of [...counts.keys()]) bring(id);
    },
  };
}
