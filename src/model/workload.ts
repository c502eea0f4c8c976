import * as z from "zod";
import { ImageSource } from "./image.ts";
import { EngineName, Level, Network } from "./level.ts";
import { Bytes, Seconds } from "./quantities.ts";

/** What a run may use. Limits are enforced at every level; what is left out has a stated default. */
export const Resources = z.strictObject({
  /** Cores, possibly a fraction. Default 1. */
  cpus: z.number().positive().max(4096).optional(),
  /** Memory of the whole run. Default: the machine's memory in proportion to `cpus`. */
  memory: Bytes.optional(),
  disk: Bytes.optional(),
  /** Wall-clock limit; a run that passes it ends as `timed-out`. Default: none. */
  time: Seconds.optional(),
  gpus: z.number().int().nonnegative().max(1024).optional(),
});

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** How the computation uses many cpus, or is many computations. */
export const Parallel = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("serial") }),
  z.strictObject({ kind: z.literal("threads") }),
  z
    .strictObject({
      kind: z.literal("array"),
      /** Tasks numbered from 0. Give `count` or `values`. */
      count: z.number().int().positive().max(1_000_000).optional(),
      /** One task for each value, which the command finds in `ALOFT_TASK_VALUE`. */
      values: z.array(Scalar).min(1).max(1_000_000).optional(),
    })
    .refine((array) => (array.count === undefined) !== (array.values === undefined), {
      message: "an array has either a count or values",
    }),
  z.strictObject({ kind: z.literal("mpi"), ranks: z.number().int().positive().max(1_000_000) }),
]);

/** A number to read from an output when the run has ended. */
export const Metric = z
  .strictObject({
    /** `stdout`, `stderr` or a file in the run's folder. */
    from: z.string().min(1).default("stdout"),
    /** A JavaScript regular expression; its first group, or the whole match, is the number. */
    regex: z.string().min(1).optional(),
    /** A path such as `$.results[0].gflops` into a JSON output. */
    json: z.string().min(1).optional(),
    unit: z.string().default(""),
    /** Which way is better. */
    better: z.enum(["higher", "lower"]).optional(),
  })
  .refine((metric) => (metric.regex === undefined) !== (metric.json === undefined), {
    message: "a metric has either a regex or a json path",
  });

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "use letters, digits, '.', '_' and '-', 63 at most");
const EnvironmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "not a variable's name");
const RelativePath = z.string().min(1).max(4096);

/** What to run. It says nothing of how it is isolated unless the user pins `level` or `engine`. */
export const Workload = z.strictObject({
  name: Name.optional(),
  image: ImageSource.optional(),
  /** A string is run by `sh -c`; a list is run as it is. */
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
  env: z.record(EnvironmentName, Scalar.transform(String)).default({}),
  /** Where the command starts. Default: the run's own working folder. */
  workdir: z.string().min(1).optional(),
  resources: Resources.prefault({}),
  parallel: Parallel.default({ kind: "serial" }),
  /** Files, folders and globs beside the workload file, copied into the working folder. */
  inputs: z.array(RelativePath).default([]),
  /** Globs in the working folder that are the result. */
  outputs: z.array(RelativePath).default([]),
  network: Network.default("none"),
  level: Level.optional(),
  engine: EngineName.optional(),
  metrics: z.record(z.string().min(1), Metric).default({}),
  /** How a person will use it while it runs. Kept for planning. */
  interact: z.enum(["batch", "shell", "notebook", "desktop", "web"]).optional(),
  /** Licence tokens by feature name. Kept for planning. */
  licenses: z.record(z.string(), z.number().int().positive()).optional(),
  /** What is known of its behaviour. Kept for planning. */
  profile: z.record(z.string(), z.unknown()).optional(),
});
export type Workload = z.infer<typeof Workload>;
export type WorkloadInput = z.input<typeof Workload>;
