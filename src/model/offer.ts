import * as z from "zod";

/** Accelerators of one machine; `memoryBytes` of each. */
export const Accelerators = z.object({
  name: z.string().min(1),
  count: z.number().positive(),
  memoryBytes: z.number().positive().nullable(),
});
export type Accelerators = z.infer<typeof Accelerators>;

/** How time on a machine is charged: rounded up to `granularitySeconds`, and no less than `minimumSeconds`. */
export const Billing = z.object({
  granularitySeconds: z.number().positive(),
  minimumSeconds: z.number().nonnegative(),
});
export type Billing = z.infer<typeof Billing>;

/**
 * Rates of a machine, all its cpus together, by the program that measured them: only rates of one program are
 * compared. Higher is faster: CoreMark in iterations per second, HPL in FLOP/s, STREAM in bytes per second; `peakFlops` is cores × clock × FLOP per cycle
 * in double precision, which no program reaches; `ioBytes` is the bytes per second between the machine and its disks.
 */
export const rateNames = ["coremark", "hplFlops", "peakFlops", "streamBytes", "ioBytes"] as const;
export const Rates = z.partialRecord(z.enum(rateNames), z.number().positive());
export type Rates = z.infer<typeof Rates>;
export type RateName = (typeof rateNames)[number];

/** One rentable shape at one place. What its source does not tell is `null`: unknown, not zero and not "none". */
export const Offer = z.object({
  /** Unique in a catalogue: `platform/region/shape`. */
  id: z.string().min(1),
  /** `aws`, `gcp`, `azure`, `openstack`, `slurm`, `ovh`, … */
  platform: z.string().min(1),
  region: z.string().min(1),
  shape: z.string().min(1),
  /** As Node names them: `x64`, `arm64`, … */
  architecture: z.string().min(1),
  cpus: z.number().positive(),
  /** Whether a cpu is a whole core or a hardware thread. */
  cpuKind: z.enum(["core", "thread"]).nullable(),
  clockHz: z.number().positive().nullable(),
  memoryBytes: z.number().positive(),
  /** `null`: none. */
  accelerators: Accelerators.nullable(),
  /** Local disk that comes with it; 0: none. */
  diskBytes: z.number().nonnegative().nullable(),
  networkBitsPerSecond: z.number().positive().nullable(),
  /** Remote direct memory access between machines: InfiniBand, EFA, RoCE. */
  rdma: z.boolean(),
  bareMetal: z.boolean(),
  rates: Rates,
  /** For one machine; `null`: not offered like this, or not told. */
  pricePerHour: z.number().nonnegative().nullable(),
  spotPerHour: z.number().nonnegative().nullable(),
  /** ISO 4217, or `SU` for an allocation's service units. */
  currency: z.string().min(2),
  billing: Billing,
  /** The most machines of one request; `null`: not limited by the offer. */
  mostMachines: z.number().int().positive().nullable(),
  /** The longest run in seconds; `null`: none. */
  mostSeconds: z.number().positive().nullable(),
  /** Who says so. */
  source: z.string().min(1),
  /** ISO date of the price. */
  date: z.iso.date(),
});
export type Offer = z.infer<typeof Offer>;
