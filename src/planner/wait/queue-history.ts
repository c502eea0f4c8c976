import type { Load, QueueState } from "./wait-record.ts";

/** One job, or the waiting tasks of an array, as a batch system's accounting knows them. Times in seconds since 1970. */
export interface QueuedJob {
  readonly tasks: number;
  readonly partition: string | null;
  /** Of each task. */
  readonly cpus: number;
  readonly gpus: number | null;
  readonly timeLimitSeconds: number | null;
  readonly eligible: number;
  /** `null`: has not started. */
  readonly start: number | null;
  /** `null`: has not ended. Without a start it is when the job was cancelled. */
  readonly end: number | null;
}

/** Sums that grow and shrink as jobs come and go. */
interface Sums {
  jobs: number;
  cpus: number;
  gpus: number;
  /** CPUs × time limit while it waits, cpus × the time when the limit ends while it runs; and the cpus in the latter. */
  cpuSeconds: number;
  limitedCpus: number;
}

interface Place {
  readonly waiting: Sums;
  readonly running: Sums;
}

interface Happening {
  readonly time: number;
  readonly rank: number;
  readonly what: "eligible" | "start" | "end" | "leave";
  readonly job: QueuedJob;
  readonly index: number;
}

/** The order of what happens in one second: who was there before goes on first, then each new job comes, and starts if it can. */
const ranks = { end: 0, goOn: 1, come: 2 } as const;

/**
 * The queue that each job met when it became eligible: who had been eligible before and had not started, and who ran. Exact only
 * where `jobs` are all of the batch system's, and as old as the longest of them; who became eligible first stands for the priority,
 * which accounting does not keep as it was. Jobs without a time limit add nothing to cpu-seconds.
 */
export function queueStates(jobs: readonly QueuedJob[]): QueueState[] {
  const all = emptyPlace();
  const partitions = new Map<string | null, Place>();
  const states: QueueState[] = [];
  const gpusKnown = jobs.some(({ gpus }) => gpus !== null);
  for (const { what, job, index, time } of happenings(jobs)) {
    const own = partitions.get(job.partition) ?? emptyPlace();
    partitions.set(job.partition, own);
    if (what === "eligible") states[index] = stateOf(all, own, { time, gpusKnown });
    for (const place of [all, own]) change(place, what, job);
  }
  return states;
}

function happenings(jobs: readonly QueuedJob[]): Happening[] {
  return jobs
    .flatMap(happeningsOf)
    .toSorted((a, b) => a.time - b.time || a.rank - b.rank || a.index - b.index);
}

/** In their order, which sorting keeps where they are of one time and rank. */
function happeningsOf(job: QueuedJob, index: number): Happening[] {
  const { eligible, start, end } = job;
  const came: Happening = { time: eligible, rank: ranks.come, what: "eligible", job, index };
  const then = (what: "start" | "leave", time: number): Happening => {
    const at = Math.max(time, eligible);
    return { ...came, time: at, rank: at === eligible ? ranks.come : ranks.goOn, what };
  };
  if (start === null) return end === null ? [came] : [came, then("leave", end)];
  if (end === null) return [came, then("start", start)];
  // What ends as it starts would end before it has started.
  if (end <= Math.max(start, eligible)) return [came, then("leave", start)];
  return [came, then("start", start), { ...came, time: end, rank: ranks.end, what: "end" }];
}

function change({ waiting, running }: Place, what: Happening["what"], job: QueuedJob): void {
  const { tasks, timeLimitSeconds: limit, start } = job;
  const cpus = tasks * job.cpus;
  const gpus = tasks * (job.gpus ?? 0);
  const wait = { jobs: tasks, cpus, gpus, cpuSeconds: cpus * (limit ?? 0), limitedCpus: 0 };
  const run = {
    ...wait,
    cpuSeconds: limit === null ? 0 : cpus * ((start ?? 0) + limit),
    limitedCpus: limit === null ? 0 : cpus,
  };
  if (what === "eligible") add(waiting, wait, 1);
  if (what === "start" || what === "leave") add(waiting, wait, -1);
  if (what === "start") add(running, run, 1);
  if (what === "end") add(running, run, -1);
}

function add(to: Sums, what: Sums, sign: 1 | -1): void {
  to.jobs += sign * what.jobs;
  to.cpus += sign * what.cpus;
  to.gpus += sign * what.gpus;
  to.cpuSeconds += sign * what.cpuSeconds;
  to.limitedCpus += sign * what.limitedCpus;
}

function stateOf(
  all: Place,
  own: Place,
  { time, gpusKnown }: { time: number; gpusKnown: boolean },
): QueueState {
  const load = ({ jobs, cpus, gpus, cpuSeconds }: Sums, ended: number): Load => ({
    jobs,
    cpus,
    cpuSeconds: cpuSeconds - ended,
    gpus: gpusKnown ? gpus : null,
  });
  return {
    ahead: load(all.waiting, 0),
    aheadInPartition: load(own.waiting, 0),
    running: load(all.running, time * all.running.limitedCpus),
    runningInPartition: load(own.running, time * own.running.limitedCpus),
    fairShare: null,
    waitedSeconds: 0,
    held: false,
  };
}

function emptyPlace(): Place {
  const empty = (): Sums => ({ jobs: 0, cpus: 0, gpus: 0, cpuSeconds: 0, limitedCpus: 0 });
  return { waiting: empty(), running: empty() };
}
