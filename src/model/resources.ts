import * as z from "zod";
import { Bytes, Seconds } from "./quantities.ts";

/** What a run may use. Limits are enforced at every level; what is left out has a stated default. */
export const Resources = z.strictObject({
  cpus: z
    .number()
    .positive()
    .max(4096)
    .optional()
    .meta({
      description:
        "Cores of the whole run, possibly a fraction. Default: one, or one for each MPI rank",
      examples: [4],
    }),
  memory: Bytes.optional().meta({
    description: "Memory of the whole run. Default: the machine's memory in proportion to cpus",
    examples: ["16 GiB"],
  }),
  disk: Bytes.optional().meta({
    description: "Room for what the run writes",
    examples: ["100 GB"],
  }),
  time: Seconds.optional().meta({
    description: "Wall-clock limit; a run that passes it ends as timed-out. Default: none",
    examples: ["1h30m"],
  }),
  gpus: z
    .number()
    .int()
    .nonnegative()
    .max(1024)
    .optional()
    .meta({ description: "Whole graphics processors", examples: [1] }),
});
