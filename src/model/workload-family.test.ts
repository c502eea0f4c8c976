import { expect, test } from "vitest";
import { familyFingerprint } from "./workload-family.ts";
import { fingerprint } from "./workload-fingerprint.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

const base: WorkloadInput = {
  command: "./solve",
  env: { N: "100", OMP_PROC_BIND: "true" },
  resources: { cpus: 2, memory: "1 GiB" },
  parallel: { kind: "mpi", ranks: 2 },
  profile: { size: { value: 100, variable: "N" } },
};

function of(changes: Partial<WorkloadInput> = {}): string {
  return familyFingerprint(Workload.parse({ ...base, ...changes }));
}

test("it is the same from one version of Aloft to the next: history depends on it", () => {
  expect(of()).toBe("f1-134ccf0cbb92230ff089230e49aacfeb");
});

test.each<Partial<WorkloadInput>>([
  { resources: { cpus: 64, memory: "200 GiB", time: "1h" } },
  { parallel: { kind: "mpi", ranks: 64 } },
  { env: { N: "5000", OMP_PROC_BIND: "true" } },
  { env: { OMP_PROC_BIND: "true" } },
  { profile: { size: { value: 7, variable: "N" }, machines: 2, limit: "compute" } },
  { name: "other", objective: { minimise: "cost" } },
])("%j is of one family", (changes) => {
  expect(of(changes)).toBe(of());
});

test.each<Partial<WorkloadInput>>([
  { command: "./other" },
  { env: { N: "100", OMP_PROC_BIND: "false" } },
  { parallel: { kind: "threads" } },
  { resources: { cpus: 2, memory: "1 GiB", gpus: 1 } },
  { image: "debian:bookworm" },
  { inputs: ["a"] },
  { profile: { size: { value: 100, variable: "OMP_PROC_BIND" } } },
])("%j is of another", (changes) => {
  expect(of(changes)).not.toBe(of());
});

test("without a size variable every variable counts", () => {
  const plain = (env: Record<string, string>) => of({ profile: {}, env });
  expect(plain({ N: "1" })).not.toBe(plain({ N: "2" }));
});

test("it is never mistaken for a fingerprint", () => {
  expect(of()).not.toBe(fingerprint(Workload.parse(base)));
  expect(of()).toMatch(/^f1-/);
});
