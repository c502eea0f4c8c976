import { formatDuration } from "../../base/durations.ts";
import type { Estimate, Term } from "../../model/estimate.ts";

/** CPUs may be fractions; memory in bytes. */
export interface Demand {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** A run and the seconds until it ends, counted from now for one that runs, from its start for one that waits. */
export interface Holding extends Demand {
  /** `null` is unknown: no time limit, and nothing that predicts it. */
  readonly seconds: Estimate | null;
}

export interface LocalQueue {
  readonly capacity: Demand;
  readonly running: readonly Holding[];
  /** In their order, all before the new one. */
  readonly waiting: readonly Holding[];
}

/**
 * Seconds until a machine's own queue starts a run: zero where it fits now and nobody waits, else found by letting runs end
 * in their order, with everybody's 10 %, median or 90 % time at once. That widens the interval, as runs seldom are all short or
 * all long. Who waits is served first in, first out; at best backfill lets the new run pass them all.
 */
export function localWait(demand: Demand, queue: LocalQueue): Term {
  const { capacity, running, waiting } = queue;
  if (!fits(demand, capacity))
    return unknown("it asks for more than the machine has", "ask for less, or run it elsewhere");
  const low = startOf(demand, { queue: { ...queue, waiting: [] }, when: "low" });
  const median = startOf(demand, { queue, when: "median" });
  const high = startOf(demand, { queue, when: "high" });
  if (!Number.isFinite(high))
    return unknown(
      "when enough of what runs will have ended is unknown",
      "a time limit (`resources.time`) on the runs before it, or past runs of them",
    );
  const evidence = { kind: "measured", text: held(running, waiting) } as const;
  const formula =
    high === 0
      ? "it fits now"
      : `${formatDuration(median)} until what runs and waits before it leaves ${demand.cpus} cpus and its memory`;
  return { estimate: { low, median, high }, formula, evidence: [evidence] };
}

/** A rented machine is had at once or not at all: what providers call insufficient capacity is no queue. */
export function rentedWait(): Term {
  return {
    estimate: { median: 0, low: 0, high: 0 },
    formula: "no queue",
    evidence: [
      { kind: "assumed", text: "rented on demand, without a queue; capacity is not promised" },
    ],
  };
}

type When = keyof Estimate;

/** One run that holds something until `end`. */
interface Held extends Demand {
  readonly end: number;
}

function startOf(demand: Demand, { queue, when }: { queue: LocalQueue; when: When }): number {
  let holding: Held[] = queue.running.map((run) => ({ ...run, end: secondsOf(run, when) }));
  let now = 0;
  for (const next of [...queue.waiting, { ...demand, seconds: null }]) {
    while (!fits(next, left(queue.capacity, holding))) {
      const end = Math.min(...holding.map((run) => run.end));
      if (!Number.isFinite(end)) return Number.POSITIVE_INFINITY;
      now = Math.max(now, end);
      holding = holding.filter((run) => run.end > end);
    }
    holding.push({ ...next, end: now + secondsOf(next, when) });
  }
  return now;
}

/** A run whose end is unknown may end at once or never. */
function secondsOf({ seconds }: Holding, when: When): number {
  return seconds?.[when] ?? (when === "low" ? 0 : Number.POSITIVE_INFINITY);
}

function left(capacity: Demand, holding: readonly Demand[]): Demand {
  let { cpus, memoryBytes } = capacity;
  for (const run of holding) {
    cpus -= run.cpus;
    memoryBytes -= run.memoryBytes;
  }
  return { cpus, memoryBytes };
}

/** A millionth of a cpu forgives the rounding of sums of fractions. */
function fits(demand: Demand, free: Demand): boolean {
  return demand.cpus <= free.cpus + 1e-6 && demand.memoryBytes <= free.memoryBytes;
}

function held(running: readonly Holding[], waiting: readonly Holding[]): string {
  return `${running.length} running and ${waiting.length} waiting on this machine`;
}

function unknown(formula: string, learn: string): Term {
  return { estimate: null, formula, evidence: [], learn };
}
