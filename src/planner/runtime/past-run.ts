import type { Estimate, Evidence } from "../../model/estimate.ts";
import type { DeclaredScaling } from "./axis-prior.ts";
import type { Limit, RatedMachine } from "./roofline.ts";

/** A run that somebody has timed. */
export interface PastRun {
  readonly kind: Evidence["kind"];
  /** One name for each machine or shape: `here`, `aws/us-east-1/c7i.4xlarge`. */
  readonly machine: RatedMachine;
  /** The engine it ran in; `null`: none that Aloft knows of. */
  readonly engine: string | null;
  /** What its level cost: its time over the bare machine's; 1 where it ran bare. */
  readonly slowdown: number;
  readonly machines: number;
  /** That it used of each machine. */
  readonly cpus: number;
  /** Of its input, in the user's unit; 1 where sizes are not told. */
  readonly size: number;
  readonly seconds: number;
  /** ISO date. */
  readonly date: string | null;
}

/** Where it may run next. */
export interface RunTarget {
  readonly machine: RatedMachine;
  readonly engine: string | null;
  /** What the target's level costs: its time over the bare machine's. */
  readonly penalty: Estimate;
  readonly machines: number;
  readonly cpus: number;
  readonly size: number;
}

/** All that is known of one workload's run time. */
export interface RunEvidence extends DeclaredScaling {
  readonly runs: readonly PastRun[];
  readonly limit: Limit;
}
