import * as z from "zod";
import { ImageSource } from "./image.ts";
import { Profile } from "./profile.ts";
import { Bytes } from "./quantities.ts";
import { Resources } from "./resources.ts";
import { EnvironmentName, Name, Word } from "./words.ts";

/** One command of several that hand data on. What it leaves out is as the workload has it. */
export const Step = z.strictObject({
  name: Name.meta({ description: "What other steps call it", examples: ["solve"] }),
  command: z.union([z.string().min(1), z.array(Word).min(1)]).meta({
    description: "What to run: a line for the shell, or a list of words run as they are",
    examples: ["./solve beam.inp", ["./solve", "beam.inp"]],
  }),
  from: z
    .record(Name, z.union([z.literal("unknown"), Bytes]))
    .default({})
    .meta({
      description:
        "The steps that it takes data from, and how much; unknown where nobody has measured it",
      examples: [{ prepare: "20 GiB" }],
    }),
  after: z
    .array(Name)
    .default([])
    .meta({
      description: "Steps that must have ended before, without handing on data",
      examples: [["prepare"]],
    }),
  place: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "The only place where it may run: here, or a platform, region or offer",
      examples: ["here", "aws/us-east-1"],
    }),
  image: ImageSource.optional().meta({
    description: "Its own root file system",
    examples: ["debian:bookworm"],
  }),
  env: z
    .record(EnvironmentName, Word)
    .optional()
    .meta({ description: "Its own environment variables", examples: [{ OMP_NUM_THREADS: "4" }] }),
  resources: Resources.optional().meta({ description: "What it may use" }),
  profile: Profile.optional().meta({
    description:
      "What is known of its behaviour; its input and output are data that no other step has or takes",
  }),
});
export type Step = z.infer<typeof Step>;

export const Steps = z
  .array(Step)
  .min(1)
  .max(1000)
  .meta({
    description:
      "Commands that hand data on, each planned for the place that suits it. Default: the workload is one command",
    examples: [
      [
        { name: "prepare", command: "./prepare" },
        { name: "solve", command: "./solve", from: { prepare: "20 GiB" } },
      ],
    ],
  });
export type Steps = z.infer<typeof Steps>;

/** One step that another waits for. */
export interface StepEdge {
  readonly from: string;
  readonly to: string;
  /** 0: only the order matters; `null`: not known. */
  readonly bytes: number | null;
}

/** What steps wait for, in their order. */
export function stepEdges(steps: Steps): StepEdge[] {
  return steps.flatMap(({ name: to, from, after }) => [
    ...Object.entries(from).map(([name, bytes]) => ({
      ...{ from: name, to },
      bytes: bytes === "unknown" ? null : bytes,
    })),
    ...after.map((name) => ({ from: name, to, bytes: 0 })),
  ]);
}
