import { expect, test } from "vitest";
import { aCandidate } from "../model/candidate-sample.ts";
import type { Level } from "../model/level.ts";
import { anOffer } from "../model/offer-sample.ts";
import type { Offer } from "../model/offer.ts";
import type { LocalCandidate } from "../model/plan.ts";
import { Workload, type WorkloadInput } from "../model/workload.ts";
import { needOf } from "./need.ts";
import { makePlan, type PlanRequest, type RentedRequest } from "./plan.ts";
import { describeRented, rentedMeasures } from "./rented-candidate.ts";
import { ratedOffer, rentedRuns } from "./rented-runs.ts";
import { someKnowledge } from "./testing-knowledge.ts";
import { prepareRunPrediction } from "./runtime/predict-run.ts";

const levels: readonly Level[] = ["process", "container", "vm"];
const slow = anOffer({ shape: "slow", pricePerHour: 0.5 });
const fast = anOffer({ shape: "fast", rates: { coremark: 200_000 }, pricePerHour: 3 });
const waste = anOffer({ shape: "waste", pricePerHour: 4 });

/** The workload took an hour on `slow`, which is all that is known of it. */
function rented(offers: readonly Offer[], workload: Partial<WorkloadInput> = {}): RentedRequest {
  const parsed = Workload.parse({
    ...{ command: "x", image: "debian:bookworm", resources: { cpus: 4 } },
    ...{ parallel: { kind: "threads" }, profile: { limit: "compute" }, ...workload },
  });
  const need = needOf(parsed);
  const machine = ratedOffer(slow);
  const predictor = prepareRunPrediction({
    runs: [
      {
        ...{ kind: "declared", machine, engine: null, slowdown: 1, machines: 1 },
        ...{ cpus: 4, size: 1, seconds: 3600, date: null },
      },
    ],
    limit: "compute",
    serialFraction: 0,
  });
  const runs = rentedRuns(predictor, { cpus: need.cpus, size: 1, tasks: need.tasks });
  const known = someKnowledge();
  return {
    ...{ need, offers, levels, spot: false, wanted: () => true },
    measures: rentedMeasures(runs, known),
    describe: (place) => describeRented(place, { need, runs, known, date: "2026-11-25" }),
  };
}

function plan(changes: Partial<PlanRequest>) {
  return makePlan({
    workload: Workload.parse({ command: "x" }),
    ...{ fingerprint: "f", local: [], wish: { objective: "fastest" }, currency: "USD" },
    ...{ top: 10, about: [], ...changes },
  });
}

const names = ({ candidates }: ReturnType<typeof plan>) => candidates.map(({ id }) => id);

test("rented places stand by their time or their price, and what nothing beats in both has a star", () => {
  const request = rented([waste, slow, fast]);
  const made = plan({ rented: request });
  expect(names(made)[0]).toMatch(/fast/);
  expect(names(plan({ rented: request, wish: { objective: "cheapest" } }))[0]).toMatch(/slow/);
  const stars = made.candidates.filter(({ undominated }) => undominated);
  expect(stars.map(({ shape }) => shape)).toEqual(["fast", "fast", "slow", "slow"]);
  expect(made.considered).toEqual({ offers: 3, candidates: 9, feasible: 6 });
});

test("the price follows the predicted time, by what is billed", () => {
  const [first] = plan({ rented: rented([slow]) }).candidates;
  expect(first?.time.run.estimate?.median).toBeCloseTo(3600, 0);
  expect(first?.cost.compute.estimate?.median).toBeCloseTo(0.5, 2);
  expect(first?.price?.median).toBeCloseTo(0.5, 2);
});

test("an unknown start is told, and not counted as nothing", () => {
  const [first] = plan({ rented: rented([slow]) }).candidates;
  expect(first?.time.provision.estimate).toBeNull();
  expect(first?.seconds).toBeNull();
  expect(first?.atLeastSeconds).toBeCloseTo(3600, 0);
});

test("of a shape at a level only its best region is shown", () => {
  const regions = ["eu-1", "us-1", "ap-1"].map((region, at) =>
    anOffer({ shape: "slow", region, pricePerHour: 1 + at }),
  );
  const made = plan({ rented: rented(regions), wish: { objective: "cheapest" }, top: 2 });
  expect(made.candidates.map(({ region }) => region)).toEqual(["eu-1", "eu-1"]);
});

test("refusals are counted by their reason, with an example", () => {
  const made = plan({ rented: rented([slow, fast], { resources: { cpus: 8 } }) });
  expect(made.refused).toEqual([
    {
      code: "cores-per-node",
      count: 6,
      example:
        "aws/us-east-1/slow/process: 8 cpus of one machine are asked for, and a machine has 4",
    },
    { code: "shared-hypervisor", count: 2, example: expect.any(String) as string },
  ]);
});

test("what is asked about is told whether it is possible or not", () => {
  const { about } = plan({ rented: rented([slow, fast]), about: ["slow/process", "fast"] });
  expect(about.map(({ id, refusals }) => [id, refusals.map(({ code }) => code)])).toEqual([
    ["aws/us-east-1/slow/process", ["shared-hypervisor"]],
    ["aws/us-east-1/fast/process", ["shared-hypervisor"]],
    ["aws/us-east-1/fast/container", []],
    ["aws/us-east-1/fast/vm", []],
  ]);
});

function timed(engine: LocalCandidate["engine"], seconds: number): LocalCandidate {
  const estimate = { median: seconds, low: seconds, high: seconds };
  const base = aCandidate({ engine });
  const run = { estimate, formula: "", evidence: [] };
  return { ...base, time: { ...base.time, run }, seconds: estimate, atLeastSeconds: seconds };
}

test("this machine keeps its own order among its levels, wherever it stands", () => {
  const local = [timed("crun", 100.1), timed("bubblewrap", 100)];
  const made = plan({ local, rented: rented([fast]) });
  expect(names(made)).toEqual([
    "local/crun",
    "local/bubblewrap",
    "aws/us-east-1/fast/container",
    "aws/us-east-1/fast/vm",
  ]);
});

test("a deadline that nothing keeps, or a budget that nothing meets, is said", () => {
  const wish = { objective: "deadline", deadline: 10 } as const;
  expect(plan({ rented: rented([slow]), wish }).advice).toEqual([
    "nothing is in time for the deadline; the fastest come first",
  ]);
  const poor = { objective: "budget", budget: 0.01 } as const;
  expect(plan({ rented: rented([slow]), wish: poor }).advice).toEqual([
    "nothing is within the budget; the cheapest come first",
  ]);
});

test("tightly coupled work over machines without RDMA is warned of", () => {
  const mpi = { parallel: { kind: "mpi", ranks: 8 }, resources: {} } as const;
  const { candidates } = plan({ rented: rented([slow, anOffer({ rdma: true })], mpi) });
  const warned = candidates.filter(({ warnings }) => warnings.some((w) => w.code === "no-rdma"));
  expect(new Set(warned.map(({ shape }) => shape))).toEqual(new Set(["slow"]));
});
