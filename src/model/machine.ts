import * as z from "zod";

/** The machine that a server runs on, as far as placing runs needs it. */
export const Machine = z.object({
  cpus: z.number().int().positive(),
  memoryBytes: z.number().int().positive(),
  architecture: z.string(),
  /** The processor's own name, where the kernel tells it. */
  processor: z.string(),
  kernel: z.string(),
});
export type Machine = z.infer<typeof Machine>;
