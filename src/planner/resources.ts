import { askedCpus } from "../model/asked-cpus.ts";
import type { EngineAbilities, Network } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Workload } from "../model/workload.ts";

/** Bytes of one run or task: as asked, else the machine's memory in proportion to its cpus. */
export function askedMemory(workload: Workload, machine: Machine): number {
  if (workload.resources.memory !== undefined) return workload.resources.memory;
  const share = Math.min(1, askedCpus(workload) / machine.cpus);
  // A tenth stays for the system, so that runs with the default fill the machine and no more.
  return Math.floor(machine.memoryBytes * 0.9 * share);
}

/** The network of a run at an engine: as asked, else none where the engine can keep it away, else the host's. */
export function givenNetwork({ network }: Workload, { networks }: EngineAbilities): Network {
  return network ?? (networks.includes("none") ? "none" : "host");
}
