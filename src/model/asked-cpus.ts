import type { Workload } from "./workload.ts";

/** CPUs of one run or task: as asked, else one for each MPI rank, else 1. */
export function askedCpus({ resources, parallel }: Workload): number {
  return resources.cpus ?? (parallel.kind === "mpi" ? parallel.ranks : 1);
}
