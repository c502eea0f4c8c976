import type { Load, QueueState, WaitRequest } from "./wait-record.ts";

/** What of a request and a queue a forest may split on. */
export type WaitFeatures = Record<string, number | null>;

/**
 * Ratios stand beside what they are made of, because a tree cannot divide: `drain` is how long the running cpus would need
 * for all the work ahead.
 */
export function waitFeatures(request: WaitRequest, state: QueueState): WaitFeatures {
  const { cpus, memoryBytes, nodes, gpus, timeLimitSeconds } = request;
  return {
    cpus,
    memoryBytes,
    nodes,
    gpus,
    timeLimitSeconds,
    memoryPerCpu: over(memoryBytes, cpus),
    cpuSeconds: timeLimitSeconds === null ? null : cpus * timeLimitSeconds,
    ...named("ahead", state.ahead),
    ...named("aheadInPartition", state.aheadInPartition),
    ...named("running", state.running),
    ...named("runningInPartition", state.runningInPartition),
    drain: over(state.ahead.cpuSeconds, state.running.cpus),
    drainInPartition: over(state.aheadInPartition.cpuSeconds, state.runningInPartition.cpus),
    timeLeft: over(state.running.cpuSeconds, state.running.cpus),
    fairShare: state.fairShare,
    waitedSeconds: state.waitedSeconds,
    held: state.held === null ? null : Number(state.held),
  };
}

function named(name: string, load: Load): WaitFeatures {
  return {
    [`${name}.jobs`]: load.jobs,
    [`${name}.cpus`]: load.cpus,
    [`${name}.cpuSeconds`]: load.cpuSeconds,
    [`${name}.gpus`]: load.gpus,
  };
}

/** One is added below, so that an empty machine divides by something. */
function over(above: number | null, below: number | null): number | null {
  return above === null || below === null ? null : above / (below + 1);
}
