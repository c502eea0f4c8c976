import { unknownState, type WaitRecord } from "./wait-record.ts";

/** An invented queue whose true waits are known: e^`level` seconds at the median, times e^`noise`. */
export interface SyntheticJob {
  readonly day: number;
  readonly cpus: number;
  /** CPUs that wait before it; `null` where the queue was not seen. */
  readonly ahead: number | null;
  readonly waitSeconds: number;
}

export function syntheticRecord({ day, cpus, ahead, waitSeconds }: SyntheticJob): WaitRecord {
  return {
    request: {
      ...{ cpus, memoryBytes: null, nodes: 1, gpus: 0, timeLimitSeconds: 3600 },
      ...{ partition: "cpu", account: null },
    },
    state: { ...unknownState, ahead: { ...unknownState.ahead, cpus: ahead } },
    observedAt: new Date(Date.UTC(2026, 0, 1 + day, 12)).toISOString(),
    waitSeconds,
    started: true,
  };
}
