import * as z from "zod";
import { Bytes, Seconds } from "./quantities.ts";

/** One run that the user has timed, wherever it was. */
const Measured = z.strictObject({
  on: z
    .string()
    .min(1)
    .meta({
      description: "Where: here, or an offer of the catalogue",
      examples: ["here", "aws/us-east-1/c7i.4xlarge"],
    }),
  time: Seconds.meta({ description: "How long it ran", examples: ["42m"] }),
  cpus: z
    .number()
    .positive()
    .optional()
    .meta({
      description: "With how many cpus, those of all machines together. Default: as this workload",
      examples: [4],
    }),
  machines: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: "On how many machines. Default: 1", examples: [2] }),
  size: z
    .number()
    .positive()
    .optional()
    .meta({ description: "For which input size. Default: that of this workload" }),
});

/** How large the input is, in whatever unit the user counts. */
const Size = z.strictObject({
  value: z
    .number()
    .positive()
    .meta({
      description:
        "The size of this workload's input, in any unit: cells, atoms, bytes, time steps",
      examples: [2_000_000],
    }),
  variable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _, no digit first")
    .optional()
    .meta({
      description: "The variable of `env` that sets it, so that a trial can run smaller ones",
      examples: ["N"],
    }),
});

/** Data of a workload that is not beside its file. */
const Data = z.strictObject({
  bytes: Bytes.optional().meta({ description: "How much", examples: ["200 GiB"] }),
  at: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Where it is: here, or a platform and, where it is known, its region",
      examples: ["aws/us-east-1", "gcp"],
    }),
});

/** What is known of a workload's behaviour. Nothing here changes what runs; everything here changes the plan. */
export const Profile = z.strictObject({
  limit: z.enum(["compute", "memory", "io", "mixed"]).optional().meta({
    description:
      "What its speed hangs on. Default: unknown, which widens a prediction for another machine",
  }),
  coupling: z.enum(["none", "loose", "tight"]).optional().meta({
    description:
      "How often its parts talk: tight ones want RDMA between machines. Default: tight for mpi, else none",
  }),
  machines: z
    .number()
    .int()
    .positive()
    .max(100_000)
    .optional()
    .meta({
      description: "How many machines share its cpus and memory. Default: as few as will do",
      examples: [4],
    }),
  memoryPerRank: Bytes.optional().meta({
    description: "Memory of each MPI rank",
    examples: ["4 GiB"],
  }),
  serialFraction: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({
      description: "The part of its time on one cpu that more cpus do not shorten (Amdahl)",
      examples: [0.05],
    }),
  size: Size.optional().meta({
    description: "How large its input is",
    examples: [{ value: 2_000_000, variable: "N" }],
  }),
  measured: z
    .array(Measured)
    .optional()
    .meta({
      description: "Runs that you have timed",
      examples: [[{ on: "here", time: "42m" }]],
    }),
  input: Data.optional().meta({
    description: "Input data that is not beside the workload file",
    examples: [{ bytes: "200 GiB", at: "aws/us-east-1" }],
  }),
  output: Data.optional().meta({
    description: "What it writes, and where that has to go. Default: here",
    examples: [{ bytes: "5 GiB", at: "here" }],
  }),
  scratch: Bytes.optional().meta({
    description: "Room for intermediate files",
    examples: ["500 GiB"],
  }),
  architectures: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({
      description:
        "Processor architectures that the program exists for, as Node.js names them. Default: the image's",
      examples: [["x64", "arm64"]],
    }),
  needs: z
    .array(z.enum(["root", "kernel", "internet"]))
    .optional()
    .meta({
      description: "root in its own machine, a kernel of its own, a way to the internet",
      examples: [["internet"]],
    }),
  untrusted: z
    .boolean()
    .optional()
    .meta({ description: "Code of strangers: only a virtual machine will do" }),
  residency: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({
      description: "Where its data may be: region names or their beginnings",
      examples: [["eu-", "europe-"]],
    }),
  licenseServer: z.enum(["here", "reachable"]).optional().meta({
    description:
      "Whether its licence server answers only here or from anywhere. Default: only here",
  }),
});
export type Profile = z.infer<typeof Profile>;
