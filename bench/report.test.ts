import { expect, test } from "vitest";
import { renderResult, type Result } from "./report.ts";

const result: Result = {
  benchmark: "start",
  format: 1,
  startedAt: "2026-01-01T00:00:00Z",
  seconds: 10,
  options: { seed: 5 },
  machine: {
    host: "h",
    cpuModel: "Some CPU",
    cpus: 2,
    memoryBytes: 1,
    kernel: "6.1",
    system: "Debian 12",
    node: "v24",
    commit: "0123456789abcdef",
    changedFiles: 2,
    versions: {},
  },
  before: { load: [0.5, 0.5, 0.5], ticks: { all: 1000, busy: 100, steal: 0 } },
  after: { load: [1, 0.5, 0.5], ticks: { all: 2000, busy: 600, steal: 25 } },
  notes: [],
  contenders: [],
  samples: { "bare child": [1, 2, 3, 4, 5, 6, 7], "qemu by hand": [3000, 3100, 3200] },
  unmeasured: [{ name: "docker run --rm", reason: "dockerd is not installed" }],
  comparisons: [
    {
      text: "ours / theirs",
      kind: "ratio",
      of: { name: "a" },
      to: { name: "b" },
      limit: { want: "at most", value: 1.5 },
      estimate: { median: 1.2, low: 1.1, high: 1.3, samples: 7 },
      verdict: "met",
    },
  ],
};

test("medians with intervals, what was not measured, targets, and the machine", () => {
  const lines = renderResult(result).split("\n");
  expect(lines[1]).toMatch(/^bare child +4\.00 +1\.00 – 7\.00 +7$/);
  expect(lines[2]).toMatch(/^qemu by hand +3100 +3000 – 3200 +3$/);
  expect(lines[3]).toBe("docker run --rm  not measured: dockerd is not installed");
  expect(lines[6]).toMatch(/^ours \/ theirs +1\.20 +1\.10 – 1\.30 +≤ 1\.50 +met$/);
  expect(lines.join("\n")).toContain("0123456789 with 2 files changed; seed 5");
  expect(lines.join("\n")).toContain("cpus busy 50.0 %, taken by the hypervisor 2.5 %");
});
