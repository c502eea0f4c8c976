import { AloftError } from "../base/errors.ts";
import { askedCpus } from "./asked-cpus.ts";
import type { TrialPoint, TrialQuestion } from "./trial-design.ts";
import type { Workload } from "./workload.ts";

type Axes = Pick<TrialQuestion, "full" | "sizesVary" | "cpusVary">;

/**
 * What of a workload a trial can vary. Throws `bad-input` where `env` sets another size than `profile` tells: smaller ones
 * would then not be in proportion.
 */
export function trialAxes(workload: Workload): Axes {
  const { profile, parallel, env } = workload;
  const { value = null, variable } = profile?.size ?? {};
  const set = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && set !== undefined && Number(set) !== value)
    throw new AloftError(
      "bad-input",
      `profile.size.value is ${value}, but env.${variable}, which is to set it, is ${set}`,
      { hint: "write the same number in both: a trial replaces both by smaller ones" },
    );
  return {
    full: { cpus: askedCpus(workload), size: value },
    sizesVary: variable !== undefined,
    // A number of threads that `env` fixes stays the same with fewer cpus.
    cpusVary:
      parallel.kind === "mpi" || (parallel.kind === "threads" && env.OMP_NUM_THREADS === undefined),
  };
}

/**
 * The same computation at another scale and size: of the same family, of an array one task. A point equal to its own changes
 * nothing that runs, so that it shares the history of full runs. Profile figures that mean "as this workload" are made explicit first.
 */
export function scaledWorkload(workload: Workload, { cpus, size }: TrialPoint): Workload {
  const { profile, parallel, env, resources } = workload;
  const asked = askedCpus(workload);
  const own = profile?.size;
  const resized = own?.variable !== undefined && size !== null && size !== own.value;
  return {
    ...workload,
    env: resized && own.variable !== undefined ? { ...env, [own.variable]: String(size) } : env,
    resources: cpus === asked ? resources : { ...resources, cpus },
    parallel: fewer(parallel, cpus / asked),
    ...(profile ? { profile: scaledProfile(profile, { cpus: asked, size }) } : {}),
  };
}

function fewer(parallel: Workload["parallel"], share: number): Workload["parallel"] {
  switch (parallel.kind) {
    case "mpi":
      return { ...parallel, ranks: Math.max(1, Math.floor(parallel.ranks * share)) };
    case "array":
      return parallel.values === undefined
        ? { kind: "array", count: 1 }
        : { kind: "array", values: parallel.values.slice(0, 1) };
    default:
      return parallel;
  }
}

/** A trial runs on one machine: how many share the full run would contradict its fewer cpus. */
function scaledProfile(
  { machines: _machines, ...profile }: NonNullable<Workload["profile"]>,
  { cpus, size }: TrialPoint,
): NonNullable<Workload["profile"]> {
  const { measured, size: own } = profile;
  return {
    ...profile,
    ...(own && size !== null ? { size: { ...own, value: size } } : {}),
    ...(measured
      ? {
          measured: measured.map((run) => ({
            ...{ cpus, ...(own ? { size: own.value } : {}) },
            ...run,
          })),
        }
      : {}),
  };
}
