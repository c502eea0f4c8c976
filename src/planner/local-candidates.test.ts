import { expect, test } from "vitest";
import type { EngineName, EngineReport } from "../model/level.ts";
import { engineLevels } from "../model/level.ts";
import { Workload, type WorkloadInput } from "../model/workload.ts";
import { localCandidates, type LocalRequest } from "./local-candidates.ts";
import { exactly } from "./local-terms.ts";

const machine = {
  cpus: 2,
  memoryBytes: 8 * 2 ** 30,
  architecture: "x64",
  processor: "test",
  kernel: "6.1",
};

const facts = {
  queue: exactly(0, "0", { kind: "measured", text: "it is free" }),
  starts: () => [0.01, 0.02, 0.03],
  image: { present: true, buildSeconds: null },
  inputBytes: 0,
} as const;

function report(engine: EngineName, changes: Partial<EngineReport> = {}): EngineReport {
  return {
    engine,
    level: engineLevels[engine],
    abilities: {
      networks: engine === "host" ? ["host"] : ["none", "host"],
      image: engine === "host" ? "impossible" : "required",
      maxCpus: engine === "uml" ? 1 : null,
    },
    availability: { available: true, detail: `${engine} 1.0` },
    ...changes,
  };
}

const everything = (["host", "bubblewrap", "crun", "runc", "uml", "qemu"] as const).map((name) =>
  report(name),
);

function plan(workload: Partial<WorkloadInput>, changes: Partial<LocalRequest> = {}) {
  return localCandidates({
    workload: Workload.parse({ command: "true", image: "debian:bookworm", ...workload }),
    pin: {},
    machine,
    platform: "local",
    engines: everything,
    history: new Map(),
    facts,
    ...changes,
  });
}

function feasible(made: ReturnType<typeof plan>): (string | null)[] {
  return made.filter((one) => one.refusals.length === 0).map(({ engine }) => engine);
}

function codes(made: ReturnType<typeof plan>, engine: EngineName): string[] {
  return (made.find((one) => one.engine === engine)?.refusals ?? []).map(({ code }) => code);
}

test("without evidence isolation that is nearly free comes first", () => {
  const made = plan({});
  expect(feasible(made)).toEqual(["crun", "runc", "bubblewrap", "uml", "qemu"]);
  expect(made.every(({ predicted }) => predicted === null)).toBe(true);
});

test("hardware help puts qemu before user-mode Linux", () => {
  const kvm = report("qemu", {
    availability: { available: true, detail: "qemu", acceleration: "kvm" },
  });
  const engines = [...everything.filter(({ engine }) => engine !== "qemu"), kvm];
  expect(feasible(plan({ level: "vm" }, { engines }))).toEqual(["qemu", "uml"]);
});

test("two cpus are too many for user-mode Linux", () => {
  const made = plan({ level: "vm", resources: { cpus: 2 } });
  expect(feasible(made)).toEqual(["qemu"]);
  expect(codes(made, "uml")).toEqual(["cpus"]);
});

test("a pin on the command line wins over the file's", () => {
  const made = plan({ level: "vm" }, { pin: { engine: "crun" } });
  expect(feasible(made)).toEqual(["crun"]);
  expect(codes(made, "qemu")).toEqual(["pinned"]);
});

test("a workload without an image runs on the host only", () => {
  const made = plan({ image: undefined, network: "host" });
  expect(feasible(made)).toEqual(["host"]);
  expect(codes(made, "crun")).toEqual(["needs-image"]);
});

test("a refused candidate tells all its reasons", () => {
  const missing = report("uml", {
    availability: { available: false, detail: "not installed", remedy: "apt-get install it" },
  });
  const made = plan({ network: "nat", resources: { cpus: 3, gpus: 1 } }, { engines: [missing] });
  expect(codes(made, "uml")).toEqual(["unavailable", "network", "cpus", "gpus"]);
  expect(made[0]?.refusals[0]?.remedy).toBe("apt-get install it");
  const [, , cpus, gpus] = made[0]?.refusals ?? [];
  expect(cpus?.message).toMatch(/^it asks for 3 cpus and/);
  expect(gpus?.message).toMatch(/^it asks for 1 gpu and/);
});

test("more memory than the machine has is refused with both figures", () => {
  const made = plan({ resources: { memory: "16 GiB" } });
  expect(feasible(made)).toEqual([]);
  expect(made[0]?.refusals[0]?.message).toMatch(/16\.0 GiB.*8\.00 GiB/);
});

test("the terms of time add up where all are known, and tell what is missing where not", () => {
  const made = plan({}, { history: new Map([["crun", [2, 2, 2]]]) });
  const [crun, runc] = [made[0], made[1]];
  expect(crun?.seconds?.median).toBeCloseTo(2.02);
  expect(runc?.seconds).toBeNull();
  expect(runc?.atLeastSeconds).toBeCloseTo(0.02);
  expect(runc?.time.run).toMatchObject({ estimate: null, learn: expect.stringContaining("runc") });
});

test("past runs predict by median and range, on the engine they were made on", () => {
  const made = plan({}, { history: new Map([["crun", [3, 1, 2, 10]]]) });
  const crun = made.find(({ engine }) => engine === "crun");
  expect(crun?.predicted).toEqual({ seconds: 2.5, low: 1, high: 10, samples: 4 });
  expect(made.find(({ engine }) => engine === "runc")?.predicted).toBeNull();
});

test("a candidate moves up only when all its runs were faster", () => {
  const surely = new Map<EngineName, number[]>([
    ["crun", [10, 12, 11]],
    ["bubblewrap", [8, 8, 8.5]],
  ]);
  expect(feasible(plan({}, { history: surely }))[0]).toBe("bubblewrap");
  surely.set("bubblewrap", [8, 8, 9.5]);
  expect(feasible(plan({}, { history: surely }))[0]).toBe("crun");
  surely.set("bubblewrap", [1]);
  expect(feasible(plan({}, { history: surely }))[0]).toBe("crun");
});
