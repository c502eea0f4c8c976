import type { Workload } from "../model/workload.ts";
import { askedCpus } from "../model/asked-cpus.ts";

/** What a workload asks of a place, in one form for every rule. Bytes, seconds, counts; `undefined` is not asked. */
export interface Need {
  /** Of one run, or of one task of an array. */
  readonly cpus: number;
  /** Of one run or task, all its machines together. */
  readonly memoryBytes: number | undefined;
  readonly memoryPerRank: number | undefined;
  readonly ranks: number | undefined;
  readonly gpus: number;
  readonly diskBytes: number | undefined;
  readonly seconds: number | undefined;
  /** Machines that share the cpus; `undefined`: as few as will do. */
  readonly machines: number | undefined;
  /** Whether one run may use the cpus of several machines. */
  readonly spreads: boolean;
  readonly tightlyCoupled: boolean;
  /** Tasks of an array, or 1. */
  readonly tasks: number;
  readonly architectures: readonly string[] | undefined;
  readonly residency: readonly string[] | undefined;
  readonly untrusted: boolean;
  readonly needsRoot: boolean;
  readonly needsKernel: boolean;
  readonly interact: Workload["interact"];
  readonly licenses: readonly string[];
  readonly licenceServerReachable: boolean;
  readonly hasImage: boolean;
}

/** `imageArchitecture`: of the image, where it is there and its architecture is known. */
export function needOf(workload: Workload, imageArchitecture?: string): Need {
  const { resources, parallel, profile = {}, interact, licenses = {} } = workload;
  const ranks = parallel.kind === "mpi" ? parallel.ranks : undefined;
  const perRank = profile.memoryPerRank;
  return {
    cpus: askedCpus(workload),
    memoryBytes: resources.memory ?? (perRank && ranks ? perRank * ranks : undefined),
    memoryPerRank: perRank,
    ranks,
    gpus: resources.gpus ?? 0,
    diskBytes: sum(resources.disk, profile.scratch),
    seconds: resources.time,
    machines: profile.machines,
    spreads: ranks !== undefined,
    tightlyCoupled: (profile.coupling ?? (ranks === undefined ? "none" : "tight")) === "tight",
    tasks: parallel.kind === "array" ? (parallel.values?.length ?? parallel.count ?? 1) : 1,
    architectures: profile.architectures ?? (imageArchitecture ? [imageArchitecture] : undefined),
    residency: profile.residency,
    untrusted: profile.untrusted ?? false,
    needsRoot: profile.needs?.includes("root") ?? false,
    needsKernel: profile.needs?.includes("kernel") ?? false,
    interact,
    licenses: Object.keys(licenses),
    licenceServerReachable: profile.licenseServer === "reachable",
    hasImage: workload.image !== undefined,
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** Machines of `cpus` cpus each that one run of it needs. */
export function machinesFor(need: Need, cpus: number): number {
  if (need.machines !== undefined) return need.machines;
  return need.spreads ? Math.max(1, Math.ceil(need.cpus / cpus)) : 1;
}
