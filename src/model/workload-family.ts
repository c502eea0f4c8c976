import { hashOf, influences } from "./workload-fingerprint.ts";
import type { Workload } from "./workload.ts";

/**
 * The same for two workloads that differ in scale and input size only, so that runs of one tell how another will scale: as
 * `fingerprint`, but without cpus, memory, the number of MPI ranks and the value of the variable that `profile.size` names.
 * The prefix changes when the meaning does.
 */
export function familyFingerprint(workload: Workload): string {
  const { env, shape, cpus: _cpus, memory: _memory, ...same } = influences(workload);
  const variable = workload.profile?.size?.variable;
  const others = Object.entries(env).filter(([name]) => name !== variable);
  return `f1-${hashOf({ ...same, env: Object.fromEntries(others), kind: shape.kind, variable })}`;
}
