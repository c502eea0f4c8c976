/** One run as the queue sees it. CPUs may be fractions; memory in bytes. */
export interface Demand {
  readonly id: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Seconds until it must have ended; `Infinity` without a time limit. */
  readonly secondsLeft: number;
}

export interface Capacity {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/**
 * Which waiting runs start now: first in, first out, with EASY backfill (Lifka 1995). The first that does not fit keeps a
 * promise: the time when enough of what runs must have ended. A later one may pass it only if it ends before that
 * time, or uses only what is left over then. Without time limits the promised time is unknown, and only the left-over counts.
 */
export function startable(
  capacity: Capacity,
  active: readonly Demand[],
  waiting: readonly Demand[],
): string[] {
  const running = [...active];
  const started: string[] = [];
  let promise: Promise_ | undefined;
  for (const run of waiting) {
    if (!fits(run, free(capacity, running))) {
      promise ??= promiseTo(run, capacity, running);
      continue;
    }
    if (promise) {
      const inTime = run.secondsLeft <= promise.seconds && Number.isFinite(promise.seconds);
      if (!inTime && !fits(run, promise.extra)) continue;
      if (!inTime) promise = { ...promise, extra: less(promise.extra, run) };
    }
    running.push(run);
    started.push(run.id);
  }
  return started;
}

interface Promise_ {
  /** Seconds from now. */
  readonly seconds: number;
  /** What is free then beside what the promised run needs. */
  readonly extra: Capacity;
}

function promiseTo(run: Demand, capacity: Capacity, running: readonly Demand[]): Promise_ {
  const byEnd = running.toSorted((a, b) => a.secondsLeft - b.secondsLeft);
  let left = free(capacity, running);
  for (const ending of byEnd) {
    if (fits(run, left)) break;
    left = { cpus: left.cpus + ending.cpus, memoryBytes: left.memoryBytes + ending.memoryBytes };
    if (fits(run, left)) return { seconds: ending.secondsLeft, extra: less(left, run) };
  }
  return { seconds: Number.POSITIVE_INFINITY, extra: less(left, run) };
}

/** What the runs leave of the capacity. */
export function free(capacity: Capacity, running: readonly Demand[]): Capacity {
  return running.reduce(less, capacity);
}

function less(from: Capacity, { cpus, memoryBytes }: Capacity): Capacity {
  return { cpus: from.cpus - cpus, memoryBytes: from.memoryBytes - memoryBytes };
}

/** A millionth of a cpu forgives the rounding of sums of fractions. */
function fits(run: Capacity, left: Capacity): boolean {
  return run.cpus <= left.cpus + 1e-6 && run.memoryBytes <= left.memoryBytes;
}
