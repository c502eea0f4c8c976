import { expect, test } from "vitest";
import { fingerprint, fnv1a128 } from "./workload-fingerprint.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

const base: WorkloadInput = {
  command: "./solve",
  image: { from: "debian:bookworm", packages: ["hpcc"] },
  env: { A: "1", B: "2" },
  resources: { cpus: 2, memory: "1 GiB" },
  inputs: ["a"],
};

function of(changes: Partial<WorkloadInput> = {}): string {
  return fingerprint(Workload.parse({ ...base, ...changes }));
}

test("the hash is FNV-1a with 128 bits (test vectors of draft-eastlake-fnv)", () => {
  expect(fnv1a128("")).toBe("6c62272e07bb014262b821756295c58d");
  expect(fnv1a128("a")).toBe("d228cb696f1a8caf78912b704e4a8964");
  expect(fnv1a128("foobar")).toBe("343e1662793c64bf6f0d3597ba446f18");
});

test("it is the same from one version of Aloft to the next: history depends on it", () => {
  expect(of()).toBe("w1-3eb95031c37e98250998fd74db6b9a53");
});

test.each<Partial<WorkloadInput>>([
  { name: "other" },
  { outputs: ["*"] },
  { metrics: { t: { regex: "t" } } },
  { level: "vm", engine: "qemu" },
  { network: "nat" },
  { env: { B: "2", A: "1", SLURM_JOB_NAME: "x", SKYPILOT_NODE_RANK: "0" } },
  { interact: "notebook" },
  { licenses: { fluent: 4 } },
  { profile: { limit: "memory", machines: 2, size: { value: 3, variable: "A" } } },
  { objective: { minimise: "cost", deadline: "8h", budget: 5, currency: "EUR" } },
  { resources: { memory: 1024 ** 3, cpus: 2, time: "1h", disk: "1 GB" } },
  { parallel: { kind: "serial" } },
])("%j does not change it", (changes) => {
  expect(of(changes)).toBe(of());
});

test.each<Partial<WorkloadInput>>([
  { command: ["./solve"] },
  { image: "debian:bookworm" },
  { env: { A: "1" } },
  { workdir: "/x" },
  { resources: { cpus: 4, memory: "1 GiB" } },
  { resources: { cpus: 2, memory: "2 GiB" } },
  { resources: { cpus: 2, memory: "1 GiB", gpus: 1 } },
  { parallel: { kind: "threads" } },
  { parallel: { kind: "mpi", ranks: 2 } },
  { inputs: ["a", "b"] },
])("%j changes it", (changes) => {
  expect(of(changes)).not.toBe(of());
});

test("tasks share one history, whichever and however many they are", () => {
  expect(of({ parallel: { kind: "array", count: 3 } })).toBe(
    of({ parallel: { kind: "array", values: ["x"] } }),
  );
});
