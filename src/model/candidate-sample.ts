import type { Term } from "./estimate.ts";
import type { LocalCandidate, Plan } from "./plan.ts";

const nothing: Term = { estimate: { median: 0, low: 0, high: 0 }, formula: "0", evidence: [] };
const unknown: Term = { estimate: null, formula: "run time", evidence: [], learn: "run it" };

/** A candidate on this machine of which no run time is known, for tests. */
export function aCandidate(changes: Partial<LocalCandidate> = {}): LocalCandidate {
  const engine = changes.engine ?? "host";
  return {
    id: `local/${engine}`,
    platform: "local",
    region: null,
    shape: null,
    level: "process",
    engine,
    spot: false,
    machines: 1,
    cpus: 1,
    runnable: true,
    predicted: null,
    time: {
      ...{ queue: nothing, provision: nothing, image: nothing },
      ...{ stageIn: nothing, run: unknown, stageOut: nothing },
    },
    seconds: null,
    atLeastSeconds: 0,
    cost: { compute: nothing, storage: nothing, transfer: nothing, licence: nothing },
    price: { median: 0, low: 0, high: 0 },
    atLeastPrice: 0,
    hourlyPrice: 0,
    undominated: null,
    reasons: [],
    warnings: [],
    refusals: [],
    ...changes,
  };
}

/** A plan of this machine alone, for tests. */
export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    workload: "sample",
    fingerprint: "f",
    objective: "fastest",
    currency: "USD",
    candidates: [],
    about: [],
    considered: { offers: 0, candidates: 0, feasible: 0 },
    refused: [],
    advice: [],
    ...changes,
  };
}
