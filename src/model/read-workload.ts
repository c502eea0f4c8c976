import type { Workload } from "./workload.ts";

/** A workload and what its reader must know of how it was understood: one sentence each. */
export interface ReadWorkload {
  readonly workload: Workload;
  readonly notices: string[];
}
