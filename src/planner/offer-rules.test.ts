import { expect, test } from "vitest";
import type { Level } from "../model/level.ts";
import { anOffer } from "../model/offer-sample.ts";
import type { Offer } from "../model/offer.ts";
import { Workload, type WorkloadInput } from "../model/workload.ts";
import { needOf } from "./need.ts";
import { offerRules } from "./offer-rules.ts";

/** Codes of the rules that refuse, each with its sentence. */
function refusals(
  workload: Partial<WorkloadInput>,
  offer: Partial<Offer> = {},
  where: { level?: Level; spot?: boolean } = {},
): Record<string, string> {
  const need = needOf(Workload.parse({ command: "x", image: "debian:bookworm", ...workload }));
  const place = { offer: anOffer(offer), level: where.level ?? "vm", spot: where.spot ?? false };
  return Object.fromEntries(
    offerRules
      .filter((rule) => rule.refuses(need, place))
      .map((rule) => [rule.code, rule.sentence(need, place)]),
  );
}

test("what fits is refused by nothing", () => {
  expect(refusals({ resources: { cpus: 4, memory: "16 GiB", time: "1h" } })).toEqual({});
});

test.each([
  ["architecture", { profile: { architectures: ["arm64"] } }, {}, {}],
  ["cores-per-node", { resources: { cpus: 5 } }, {}, {}],
  ["memory", { resources: { memory: "17 GiB" } }, {}, {}],
  ["gpus", { resources: { gpus: 1 } }, {}, {}],
  ["disk", { resources: { disk: "2 TB" } }, { bareMetal: true, diskBytes: 1e12 }, {}],
  ["time-limit", { resources: { time: "25h" } }, { mostSeconds: 86_400 }, {}],
  ["shared-hypervisor", {}, {}, { level: "process" }],
  ["no-root", {}, { platform: "slurm" }, { level: "vm" }],
  ["needs-image", { image: undefined }, {}, { level: "container" }],
  ["untrusted", { profile: { untrusted: true } }, {}, { level: "container" }],
  ["needs-root", { profile: { needs: ["root"] } }, { bareMetal: true }, { level: "process" }],
  ["needs-kernel", { profile: { needs: ["kernel"] } }, {}, { level: "container" }],
  ["interaction", { interact: "notebook" }, { platform: "slurm" }, { level: "container" }],
  ["licence", { licenses: { abaqus: 5 } }, {}, {}],
  ["residency", { profile: { residency: ["eu-"] } }, {}, {}],
  ["no-price", {}, { spotPerHour: null }, { spot: true }],
] as const)("%s", (code, workload, offer, where) => {
  expect(Object.keys(refusals(workload as Partial<WorkloadInput>, offer, where))).toEqual([code]);
});

test("only MPI spreads over machines, and its ranks have to find their memory on each", () => {
  const mpi = { parallel: { kind: "mpi", ranks: 16 } } as const;
  expect(refusals(mpi)).toEqual({});
  expect(refusals({ ...mpi, profile: { memoryPerRank: "5 GiB" } })).toEqual({
    memory: expect.stringContaining("4 machines of it have 64.0 GiB") as string,
    "memory-per-rank": "4 ranks of 5.00 GiB do not fit into the 16.0 GiB of one machine",
  });
  expect(refusals({ ...mpi, profile: { machines: 2 } })).toHaveProperty("cores-per-node");
  expect(refusals(mpi, { mostMachines: 3 })).toEqual({
    machines: "it needs 4 machines, and the place gives 3",
  });
});

test("a licence server that answers from outside is no reason against a place", () => {
  const licenses = { abaqus: 5 };
  expect(refusals({ licenses, profile: { licenseServer: "reachable" } })).toEqual({});
});

test("codes are unique", () => {
  const codes = offerRules.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
