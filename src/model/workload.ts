import * as z from "zod";
import { ImageSource } from "./image.ts";
import { EngineName, Level, Network } from "./level.ts";
import { Objective } from "./objective.ts";
import { Profile } from "./profile.ts";
import { Resources } from "./resources.ts";
import { EnvironmentName, Name, Scalar, Word } from "./words.ts";

/*
 * The schema of a workload. Descriptions and examples are shown by editors (`aloft schema workload`) and in the
 * errors of workload files; `checkWorkload` knows the rules that tie several fields together.
 */

/** How the computation uses many cpus, or is many computations. */
export const Parallel = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("serial") }),
    z.strictObject({ kind: z.literal("threads") }),
    z
      .strictObject({
        kind: z.literal("array"),
        count: z
          .number()
          .int()
          .positive()
          .max(1_000_000)
          .optional()
          .meta({ description: "How many tasks, numbered from 0", examples: [100] }),
        values: z
          .array(Scalar)
          .min(1)
          .max(1_000_000)
          .optional()
          .meta({
            description: "One task for each value, which the command finds in ALOFT_TASK_VALUE",
            examples: [["0.1", "0.2", "0.5"]],
          }),
      })
      .refine((array) => (array.count === undefined) !== (array.values === undefined), {
        message: "an array needs either count or values: exactly one of them",
      }),
    z.strictObject({
      kind: z.literal("mpi"),
      ranks: z
        .number()
        .int()
        .positive()
        .max(1_000_000)
        .meta({ description: "MPI processes, one cpu each unless cpus says more", examples: [8] }),
    }),
  ])
  .meta({
    description: "How it uses many cpus, or is many computations. Default: serial",
    examples: [{ kind: "threads" }],
  });

/** A number to read from an output when the run has ended. */
export const Metric = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .default("stdout")
      .meta({ description: "stdout, stderr or a file in the working folder" }),
    regex: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          "A JavaScript regular expression; the first group of its last match, or that whole match, is the number",
        examples: ["time = ([0-9.]+) s"],
      }),
    json: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: "A path into an output that is JSON",
        examples: ["$.results[0].gflops"],
      }),
    unit: z
      .string()
      .default("")
      .meta({ description: "For the tables", examples: ["GFLOPS"] }),
    better: z.enum(["higher", "lower"]).optional().meta({ description: "Which way is better" }),
  })
  .refine((metric) => (metric.regex === undefined) !== (metric.json === undefined), {
    message: "a metric needs either regex or json: exactly one of them",
  });

const Path = z.string().min(1).max(4096);

/** What to run. It says nothing of how it is isolated unless the user pins `level` or `engine`. */
export const Workload = z.strictObject({
  name: Name.optional().meta({
    description: "A short name for lists and reports",
    examples: ["beam"],
  }),
  image: ImageSource.optional().meta({
    description:
      "The root file system with the program: a source such as debian:bookworm or docker://python:3.12, or a recipe with from, packages and run",
    examples: ["debian:bookworm", { from: "debian:bookworm", packages: ["hpcc"] }],
  }),
  command: z.union([z.string().min(1), z.array(Word).min(1)]).meta({
    description: "What to run: a line for the shell, or a list of words run as they are",
    examples: ["./solve beam.inp", ["./solve", "beam.inp"]],
  }),
  env: z
    .record(EnvironmentName, Word)
    .default({})
    .meta({ description: "Environment variables by name", examples: [{ OMP_NUM_THREADS: "4" }] }),
  workdir: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Where the command starts. Default: the run's own working folder",
      examples: ["/work/case1"],
    }),
  resources: Resources.prefault({}).meta({
    description: "What a run may use; limits are enforced at every level",
  }),
  parallel: Parallel.default({ kind: "serial" }),
  inputs: z
    .array(Path)
    .default([])
    .meta({
      description:
        "Files, folders and globs, relative to the workload file, copied into the working folder",
      examples: [["beam.inp", "mesh/*.msh"]],
    }),
  outputs: z
    .array(Path)
    .default([])
    .meta({
      description: "Files and globs in the working folder that are the result",
      examples: [["results/*.csv"]],
    }),
  network: Network.optional().meta({
    description:
      "none, the host's own, or a private one that reaches out (nat). Default: none, but the host's for a process without an image",
  }),
  level: Level.optional().meta({ description: "Pins how far from the hardware it runs" }),
  engine: EngineName.optional().meta({ description: "Pins the program that provides the level" }),
  metrics: z
    .record(z.string().min(1), Metric)
    .default({})
    .meta({ description: "Numbers to read from an output when the run has ended, by name" }),
  interact: z.enum(["batch", "shell", "notebook", "desktop", "web"]).optional().meta({
    description:
      "How a person uses it while it runs: planning refuses places that cannot offer that. Default: batch",
  }),
  licenses: z
    .record(z.string().min(1), z.number().int().positive())
    .optional()
    .meta({
      description:
        "Licence tokens by feature name: planning prices them and refuses places that their server is not reached from",
      examples: [{ fluent: 4 }],
    }),
  profile: Profile.optional().meta({
    description: "What is known of its behaviour: used by planning, and changes nothing that runs",
    examples: [{ limit: "memory", measured: [{ on: "here", time: "42m", cpus: 4 }] }],
  }),
  objective: Objective.optional().meta({
    description:
      "What the user cares about: used by planning unless the command line says otherwise",
    examples: [{ minimise: "cost", deadline: "8h" }],
  }),
});
export type Workload = z.infer<typeof Workload>;
export type WorkloadInput = z.input<typeof Workload>;
