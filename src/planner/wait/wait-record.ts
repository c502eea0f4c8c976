import * as z from "zod";

/** What a job asks of a batch system. `null` is not known, or no limit where it says so. */
export const WaitRequest = z.object({
  cpus: z.number().positive(),
  memoryBytes: z.number().nonnegative().nullable(),
  nodes: z.number().positive().nullable(),
  gpus: z.number().nonnegative().nullable(),
  /** Infinity cannot be written in JSON: no limit is `null`, as is one that is not known. */
  timeLimitSeconds: z.number().positive().nullable(),
  partition: z.string().nullable(),
  account: z.string().nullable(),
});
export type WaitRequest = z.infer<typeof WaitRequest>;

/** Work of other jobs. `cpuSeconds` is cpus × time limit for those that wait, cpus × time left for those that run. */
export const Load = z.object({
  jobs: z.number().nonnegative().nullable(),
  cpus: z.number().nonnegative().nullable(),
  cpuSeconds: z.number().nullable(),
  gpus: z.number().nonnegative().nullable(),
});
export type Load = z.infer<typeof Load>;

/**
 * A queue as one job meets it. `ahead` are waiting jobs that come first: those of higher priority where priorities are
 * known, else those that became eligible earlier. A model must be asked with the meaning that its records have.
 */
export const QueueState = z.object({
  ahead: Load,
  aheadInPartition: Load,
  running: Load,
  runningInPartition: Load,
  /** Slurm's LevelFS of the account: its share divided by its recent use; small is over-served. */
  fairShare: z.number().nonnegative().nullable(),
  /** How long the job has waited already; zero for one that is not yet submitted. */
  waitedSeconds: z.number().nonnegative().nullable(),
  /** Waits for something else than the queue: a dependency, a begin time, a limit on its array. */
  held: z.boolean().nullable(),
});
export type QueueState = z.infer<typeof QueueState>;

/** One job as it was seen while it waited, and what became of its wait. */
export const WaitRecord = z.object({
  request: WaitRequest,
  state: QueueState,
  /** ISO time at which it was seen; the wait is counted from here. */
  observedAt: z.iso.datetime({ local: true, offset: true }),
  waitSeconds: z.number().nonnegative(),
  /** False where it was still waiting, or had been cancelled, after `waitSeconds`: the wait would have been longer. */
  started: z.boolean(),
});
export type WaitRecord = z.infer<typeof WaitRecord>;

const unknownLoad: Load = { jobs: null, cpus: null, cpuSeconds: null, gpus: null };

/** Nothing is known of the queue. */
export const unknownState: QueueState = {
  ahead: unknownLoad,
  aheadInPartition: unknownLoad,
  running: unknownLoad,
  runningInPartition: unknownLoad,
  fairShare: null,
  waitedSeconds: null,
  held: null,
};
