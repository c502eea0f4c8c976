import * as z from "zod";

/**
 * The file `exit` of a run directory: written last, by `job.sh`, and the truth about how a run ended.
 */
export const ExitRecord = z.object({
  /** As a shell reports it: 0 to 255, 128 + n after signal n. */
  code: z.number().int().min(0).max(255),
  /** Seconds since the epoch, to a hundredth: boot time plus uptime, so that both share one clock. */
  startedAt: z.number(),
  endedAt: z.number(),
  /** CPU time of the whole tree in seconds. */
  cpuSeconds: z.number().nonnegative().nullable(),
  maxMemoryBytes: z.number().int().nonnegative().nullable(),
  /** Processes of the run that the kernel killed for memory. */
  oomKills: z.number().int().nonnegative(),
  timedOut: z.boolean(),
  cancelled: z.boolean(),
  /** The file system of the run directory had no room left at the end. */
  diskFull: z.boolean(),
  /** A level's own failure: the sandbox could not start, the guest did not boot. */
  engineFailed: z.boolean(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;
