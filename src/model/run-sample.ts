import type { Run } from "./run.ts";

/** A run that has just been queued, for tests. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: "k3v9x2mq7a",
    name: "sample",
    state: "queued",
    reason: null,
    exitCode: null,
    signal: null,
    level: "process",
    engine: "host",
    choice: "",
    image: null,
    predicted: null,
    forecast: null,
    timings: { queued: null, staging: null, starting: null, running: null },
    usage: { cpuSeconds: null, maxMemoryBytes: null, outputBytes: null },
    outputs: [],
    metrics: {},
    folder: "/tmp/aloft/runs/k3v9x2mq7a",
    createdAt: 1000,
    startedAt: null,
    endedAt: null,
    task: null,
    tasks: null,
    cancelRequested: false,
    fingerprint: "f",
    workload: {
      command: "true",
      env: {},
      resources: {},
      parallel: { kind: "serial" },
      inputs: [],
      outputs: [],
      network: "host",
      metrics: {},
    },
    origin: "/tmp",
    ...changes,
  };
}
