import type { OnPremiseRate } from "../../model/cost-settings.ts";

/** What a run takes of one machine of a cluster. */
export interface Share {
  readonly cpus: number;
  /** `null`: not asked for, so not charged. */
  readonly memoryBytes: number | null;
  /** All of the machine. */
  readonly machineCpus: number;
}

/**
 * Cpus that are charged for a share of a machine: all of it where machines are given whole, else the larger of its cpus and of the cpus
 * that come with its memory, never more than the machine has. The larger of the two is Slurm's `PriorityFlags=MAX_TRES` with
 * `TRESBillingWeights` for cpu and memory (slurm.conf(5)).
 */
export function chargedCpus(share: Share, rate: OnPremiseRate): number {
  if (rate.wholeMachines) return share.machineCpus;
  const memory =
    rate.memoryBytesPerCpu === null || share.memoryBytes === null
      ? 0
      : share.memoryBytes / rate.memoryBytesPerCpu;
  return Math.min(share.machineCpus, Math.max(share.cpus, memory));
}

/** What one machine's share costs each hour, in the rate's currency: the `pricePerHour` of an offer on a cluster. */
export function onPremisePerHour(share: Share, rate: OnPremiseRate): number {
  return chargedCpus(share, rate) * rate.perCpuHour;
}
