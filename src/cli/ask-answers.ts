import * as z from "zod";
import { parseBytes } from "../base/bytes.ts";
import { parseDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";

/*
 * What `aloft ask` wants to know, as data: the form asks for it field by field, `--answers` takes it whole. Sizes and
 * durations stay as they were written, so that the file says them in its author's words.
 */

function readBy(parse: (text: string) => number) {
  return (text: string, context: z.RefinementCtx): void => {
    try {
      if (parse(text) > 0) return;
      context.addIssue({ code: "custom", message: "expected more than zero", input: text });
    } catch (error) {
      if (!(error instanceof AloftError)) throw error;
      const message = `${error.message}: ${error.hint}`;
      context.addIssue({ code: "custom", message, input: text });
    }
  };
}

const Size = z.string().trim().superRefine(readBy(parseBytes));
const Duration = z.string().trim().superRefine(readBy(parseDuration));
const Words = z.array(z.string().min(1));
const Count = z.number().int().positive();

/** The kinds of workload that scientists tell apart when they choose a platform. */
export const Kind = z.enum(["single", "memory", "independent", "coupled", "accelerated"]);
export type Kind = z.infer<typeof Kind>;

export const Answers = z.strictObject({
  kind: Kind.default("single").meta({
    description:
      "single: one program; memory: much memory on few cores; independent: many tasks that do not talk; coupled: MPI ranks that talk all the time; accelerated: on gpus",
  }),
  name: z.string().min(1).optional().meta({ description: "A short name for lists and reports" }),
  command: z
    .string()
    .min(1)
    .meta({ description: "What to run: a line for the shell", examples: ["./solve beam.inp"] }),
  image: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "The root file system with the program. Default: the host's own files",
      examples: ["debian:bookworm", "docker://python:3.12"],
    }),
  tasks: Count.optional().meta({
    description: "independent only, and needed there: how many tasks",
    examples: [100],
  }),
  ranks: Count.optional().meta({
    description: "coupled only, and needed there: how many MPI ranks",
    examples: [64],
  }),
  machines: Count.optional().meta({
    description: "coupled only: how many machines share them. Default: as few as will do",
    examples: [4],
  }),
  gpus: Count.optional().meta({ description: "accelerated only: how many gpus. Default: 1" }),
  cpus: z
    .number()
    .positive()
    .optional()
    .meta({
      description: "Cores, of each task where there are tasks. Default: 1, or one for each rank",
      examples: [4],
    }),
  memory: Size.optional().meta({
    description: "Memory, of each task where there are tasks. Needed for the kind memory",
    examples: ["16 GiB"],
  }),
  time: Duration.optional().meta({
    description: "Limit of its running time. Default: none",
    examples: ["2h"],
  }),
  measured: Duration.optional().meta({
    description: "How long it took here when it was last run, with as many cores",
    examples: ["42m"],
  }),
  inputs: Words.default([]).meta({
    description: "Files, folders and globs beside the workload file that it reads",
    examples: [["beam.inp", "mesh/*.msh"]],
  }),
  dataSize: Size.optional().meta({
    description: "How much more data it reads that is not beside the workload file",
    examples: ["200 GiB"],
  }),
  dataAt: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Where that data is: here, or a platform and its region",
      examples: ["aws/us-east-1"],
    }),
  outputs: Words.default([]).meta({
    description: "Files and globs that are its result",
    examples: [["results/*.csv"]],
  }),
  interact: z
    .enum(["batch", "shell", "notebook", "desktop", "web"])
    .default("batch")
    .meta({ description: "How you use it while it runs" }),
  licenses: z
    .record(z.string().min(1), Count)
    .optional()
    .meta({ description: "Licence tokens by feature name", examples: [{ fluent: 4 }] }),
  licenseServer: z
    .enum(["here", "reachable"])
    .optional()
    .meta({ description: "Whether the licence server answers only here or from anywhere" }),
  minimise: z
    .enum(["time", "cost"])
    .optional()
    .meta({ description: "What matters more: time to the result, or cost" }),
  deadline: Duration.optional().meta({
    description: "How long until the result has to be there",
    examples: ["8h"],
  }),
  budget: z
    .number()
    .positive()
    .optional()
    .meta({ description: "What it may cost at the most", examples: [25] }),
  currency: z
    .string()
    .optional()
    .meta({ description: "Of the budget: ISO 4217, or SU for service units", examples: ["EUR"] }),
});
export type Answers = z.infer<typeof Answers>;
/** As far as they are known while the form is filled in. */
export type SomeAnswers = Partial<Answers>;
export type Topic = keyof Answers;

/** The JSON Schema (draft 2020-12) of what `--answers` takes. */
export function answersJsonSchema(): Record<string, unknown> {
  return {
    title: "Answers for aloft ask",
    ...z.toJSONSchema(Answers, { io: "input" }),
  };
}
