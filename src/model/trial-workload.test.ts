import { expect, test } from "vitest";
import { scaledWorkload, trialAxes } from "./trial-workload.ts";
import { checkWorkload } from "./workload-checks.ts";
import { familyFingerprint } from "./workload-family.ts";
import { fingerprint } from "./workload-fingerprint.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

function workload(changes: Partial<WorkloadInput> = {}): Workload {
  return Workload.parse({
    command: "./solve",
    env: { N: "1600" },
    resources: { cpus: 4 },
    parallel: { kind: "threads" },
    profile: { size: { value: 1600, variable: "N" } },
    ...changes,
  });
}

test("a smaller one is of the same family, and sound", () => {
  for (const full of [
    workload(),
    workload({ parallel: { kind: "mpi", ranks: 4 } }),
    workload({ parallel: { kind: "array", count: 7 } }),
    workload({
      profile: {
        machines: 4,
        size: { value: 1600, variable: "N" },
        measured: [{ on: "here", time: "1h", machines: 4 }],
      },
    }),
  ]) {
    const small = scaledWorkload(full, { cpus: 1, size: 100 });
    expect(checkWorkload(small)).toEqual([]);
    expect(familyFingerprint(small)).toBe(familyFingerprint(full));
    expect(small.env.N).toBe("100");
    expect(trialAxes(small).full).toEqual({ cpus: 1, size: 100 });
  }
});

test("at its own scale and size it is the same workload", () => {
  for (const full of [workload(), workload({ resources: {} }), workload({ env: { N: "1.6e3" } })])
    expect(fingerprint(scaledWorkload(full, trialAxes(full).full))).toBe(fingerprint(full));
});

test("ranks are those that the cpus are for, and an array is one task", () => {
  const mpi = workload({ parallel: { kind: "mpi", ranks: 2 } });
  expect(scaledWorkload(mpi, { cpus: 2, size: 100 }).parallel).toEqual({ kind: "mpi", ranks: 1 });
  const array = workload({ parallel: { kind: "array", values: ["a", "b"] } });
  expect(scaledWorkload(array, { cpus: 4, size: 100 }).parallel).toMatchObject({ values: ["a"] });
});

test("a measured run stays one of the full workload", () => {
  const size = { value: 1600, variable: "N" };
  const full = workload({ profile: { size, measured: [{ on: "here", time: "1h" }] } });
  const { profile } = scaledWorkload(full, { cpus: 1, size: 100 });
  expect(profile?.measured).toEqual([{ on: "here", time: 3600, cpus: 4, size: 1600 }]);
});

test("a size that env and profile tell differently is refused", () => {
  expect(() => trialAxes(workload({ env: { N: "40" } }))).toThrow(
    "profile.size.value is 1600, but env.N, which is to set it, is 40",
  );
});

test("a number of threads that env fixes is not varied", () => {
  expect(trialAxes(workload()).cpusVary).toBe(true);
  expect(trialAxes(workload({ env: { N: "1600", OMP_NUM_THREADS: "4" } })).cpusVary).toBe(false);
  expect(trialAxes(workload({ parallel: { kind: "serial" } })).cpusVary).toBe(false);
});
