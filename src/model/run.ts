import * as z from "zod";
import { Forecast } from "./forecast.ts";
import { Digest } from "./image.ts";
import { EngineName, Level } from "./level.ts";
import { Workload } from "./workload.ts";

/*
 * The states of a run.
 *
 * queued         recorded, waiting for its turn, for cpus and for memory
 * staging        its image is being made ready and its inputs copied; cpus and memory are held
 * starting       handed to the platform: its job may or may not have begun
 * running        its job has been seen to run
 * succeeded      ended with exit code 0
 * failed         ended with another code, or could not be staged or started; `reason` says which
 * cancelled      ended because somebody asked
 * timed-out      ended by its own time limit
 * out-of-memory  the kernel killed a process of it for memory
 * lost           its job vanished without an exit record: the machine went down, job.sh was killed
 */
export const RunState = z.enum([
  "queued",
  "staging",
  "starting",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "timed-out",
  "out-of-memory",
  "lost",
]);
export type RunState = z.infer<typeof RunState>;

const ends = ["succeeded", "failed", "cancelled", "timed-out", "out-of-memory", "lost"] as const;

/** The only moves there are. Storage refuses every other. */
export const nextStates = {
  queued: ["staging", "failed", "cancelled"],
  staging: ["starting", "failed", "cancelled"],
  starting: ["running", ...ends],
  running: ends,
  succeeded: [],
  failed: [],
  cancelled: [],
  "timed-out": [],
  "out-of-memory": [],
  lost: [],
} as const satisfies Record<RunState, readonly RunState[]>;

export function canMove(from: RunState, to: RunState): boolean {
  return (nextStates[from] as readonly RunState[]).includes(to);
}

export function hasEnded(state: RunState): boolean {
  return nextStates[state].length === 0;
}

/** Seconds of run time to expect; `low` and `high` are the range seen, not a confidence interval. */
export const Prediction = z.object({
  seconds: z.number().nonnegative(),
  low: z.number().nonnegative(),
  high: z.number().nonnegative(),
  /** How many past runs it rests on. */
  samples: z.number().int().positive(),
});
export type Prediction = z.infer<typeof Prediction>;

/** Seconds spent in each state so far, `null` for a state not reached. */
export const Timings = z.object({
  queued: z.number().nullable(),
  staging: z.number().nullable(),
  starting: z.number().nullable(),
  running: z.number().nullable(),
});
export type Timings = z.infer<typeof Timings>;

/** What a run consumed; `null` is unknown, not zero. */
export const Usage = z.object({
  cpuSeconds: z.number().nonnegative().nullable(),
  maxMemoryBytes: z.number().int().nonnegative().nullable(),
  outputBytes: z.number().int().nonnegative().nullable(),
});
export type Usage = z.infer<typeof Usage>;

export const OutputFile = z.object({ path: z.string(), bytes: z.number().int().nonnegative() });
export type OutputFile = z.infer<typeof OutputFile>;

export const MetricValue = z.object({
  /** `null` where the output has no such number. */
  value: z.number().nullable(),
  unit: z.string(),
  better: z.enum(["higher", "lower"]).optional(),
});
export type MetricValue = z.infer<typeof MetricValue>;

/** The place of a task in its array. */
export const TaskPlace = z.object({
  array: z.string(),
  index: z.number().int().nonnegative(),
  count: z.number().int().positive(),
  value: z.string().optional(),
});

export const Run = z.object({
  id: z.string(),
  name: z.string(),
  state: RunState,
  /** One sentence on why it is in this state, where the state alone does not say. */
  reason: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  /** The signal that ended the command, such as `SIGKILL`; exit codes above 128 mean one. */
  signal: z.string().nullable(),
  level: Level,
  engine: EngineName,
  /** Why this level and engine, in one sentence. */
  choice: z.string(),
  image: z.object({ digest: Digest.nullable(), name: z.string() }).nullable(),
  predicted: Prediction.nullable(),
  /** Every state's predicted time. Runs of before have none. */
  forecast: Forecast.nullable().default(null),
  timings: Timings,
  usage: Usage,
  outputs: z.array(OutputFile),
  metrics: z.record(z.string(), MetricValue),
  /** The run directory on the machine that ran it. */
  folder: z.string(),
  /** Seconds since the epoch. */
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  task: TaskPlace.nullable(),
  /** For an array: how many tasks are in each state. */
  tasks: z.partialRecord(RunState, z.number().int().nonnegative()).nullable(),
  cancelRequested: z.boolean(),
  /** Same workload, same fingerprint: history is looked up by it. */
  fingerprint: z.string(),
  workload: Workload,
  /** The folder that relative inputs are read from. */
  origin: z.string(),
});
export type Run = z.infer<typeof Run>;
