import { AloftError } from "../src/base/errors.ts";
import type { Level } from "../src/model/level.ts";
import type { Offer } from "../src/model/offer.ts";
import type { Plan } from "../src/model/plan.ts";
import { Workload } from "../src/model/workload.ts";
import { needOf } from "../src/planner/need.ts";
import { makePlan } from "../src/planner/plan.ts";
import { describeRented, rentedMeasures } from "../src/planner/rented-candidate.ts";
import { ratedOffer, rentedRuns } from "../src/planner/rented-runs.ts";
import { dataHere, someKnowledge } from "../src/planner/testing-knowledge.ts";
import { prepareRunPrediction } from "../src/planner/runtime/predict-run.ts";

const workload = Workload.parse({
  name: "encode",
  image: "debian:bookworm",
  command: "./encode",
  resources: { cpus: 4, memory: "8 GiB" },
  parallel: { kind: "threads" },
  profile: { limit: "compute", serialFraction: 0.02 },
});
const levels: readonly Level[] = ["process", "container", "vm"];

/** A whole plan, as the server makes it once it has read its catalogue: one run timed on one shape, carried over to every other. */
export function planOver(offers: readonly Offer[]): Plan {
  const timed = offers.find(({ rates }) => rates.coremark !== undefined);
  if (!timed)
    throw new AloftError("bad-input", "no offer has a measured rate", {
      hint: "name a file with rates, such as ../shared/data/offers/offers.csv",
    });
  const need = needOf(workload);
  const machine = ratedOffer(timed);
  const run = { machine, engine: null, slowdown: 1, machines: 1, cpus: 4, size: 1, seconds: 2520 };
  const predictor = prepareRunPrediction({
    runs: [{ ...run, kind: "declared", date: null }],
    limit: "compute",
    serialFraction: 0.02,
  });
  const runs = rentedRuns(predictor, { cpus: need.cpus, size: 1, tasks: 1 });
  const known = someKnowledge({
    inputs: [dataHere("input", 2e10)],
    output: dataHere("output", 2e9),
  });
  return makePlan({
    ...{ workload, fingerprint: "f", local: [], about: [], currency: "USD", top: 10 },
    wish: { objective: "fastest" },
    rented: {
      ...{ need, offers, levels, spot: false, wanted: () => true },
      measures: rentedMeasures(runs, known),
      describe: (place) => describeRented(place, { need, runs, known, date: "2026-11-25" }),
    },
  });
}
