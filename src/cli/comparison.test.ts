import * as fc from "fast-check";
import { expect, test } from "vitest";
import { aCandidate, aPlan } from "../model/candidate-sample.ts";
import type { Plan } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import { aRun } from "../model/run-sample.ts";
import { select } from "./commands/compare.ts";
import { bar, comparisonLines } from "./comparison-text.ts";
import { compareLevels, type LevelRuns, spread } from "./comparison.ts";
import { createOptions } from "./options.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";

function ended(seconds: number, gflops: number, changes: Partial<Run> = {}): Run {
  return aRun({
    state: "succeeded",
    timings: { queued: 0, staging: 0, starting: 0, running: seconds },
    metrics: { LINPACK: { value: gflops, unit: "GFLOPS", better: "higher" } },
    ...changes,
  });
}

const machine = {
  cpus: 2,
  memoryBytes: 2 ** 30,
  architecture: "x64",
  processor: "A processor",
  kernel: "6.1",
};
const predicted = { seconds: 12, low: 11, high: 13, samples: 3 };
const measured: LevelRuns[] = [
  {
    level: "process",
    engine: "bubblewrap",
    emulated: false,
    reasons: [],
    starts: [0.02, 0.01, 0.012],
    runs: [ended(12.3, 25, { predicted })],
  },
  {
    level: "container",
    engine: "crun",
    emulated: false,
    reasons: [],
    starts: [0.03],
    runs: [ended(12.4, 24.8), ended(12.6, 24.6)],
  },
  {
    level: "vm",
    engine: "qemu",
    emulated: true,
    reasons: ["by emulation"],
    starts: [4.2],
    runs: [ended(98.4, 3.1)],
  },
];

test("times, starts and metrics are medians, relative to the first level", () => {
  const [process, container, vm] = compareLevels(measured);
  expect(process?.start).toEqual({ value: 0.012, low: 0.01, high: 0.02, samples: 3, ratio: 1 });
  expect(container?.seconds?.value).toBe(12.5);
  expect(container?.metrics.LINPACK?.ratio).toBeCloseTo(24.7 / 25);
  expect(vm?.seconds?.ratio).toBe(8);
  expect(compareLevels(measured).every(({ succeeded }) => succeeded)).toBe(true);
});

test("the table shows prediction beside fact, and names emulation for what it is", () => {
  const refused: Plan["candidates"] = [
    aCandidate({
      level: "vm",
      engine: "uml",
      refusals: [{ code: "missing", message: "it is not installed", remedy: "apt-get install it" }],
    }),
  ];
  const comparison = { workload: "linpack", machine, levels: compareLevels(measured), refused };
  const lines = comparisonLines(comparison, createStyle(false), undefined);
  expect(lines.slice(0, 6)).toEqual([
    "linpack on A processor, 2 cpus, kernel 6.1",
    "",
    "LEVEL      ENGINE         PREDICTED  ACTUAL     OFF           START         LINPACK GFLOPS",
    "process    bubblewrap        12.0 s  12.3 s  +2.5 %  1.00×  12.0 ms  1.00×              25   1.00×",
    "container  crun             unknown  12.5 s          1.02×  30.0 ms  2.50×            24.7  0.988×",
    "vm         qemu emulated    unknown  1m 38s          8.00×   4.20 s   350×             3.1  0.124×",
  ]);
  const text = lines.join("\n");
  expect(text).toContain("vm (qemu): by emulation.");
  expect(text).toContain("not the price of virtualization");
  expect(text).toContain("vm (uml): it is not installed");
  expect(text).toContain("apt-get install it");
  expect(text).toContain("container 12.4 s to 12.6 s (2 runs)");
});

test("bars are shown only where the terminal has room for them", () => {
  const comparison = { workload: "x", machine, levels: compareLevels(measured), refused: [] };
  const wide = comparisonLines(comparison, createStyle(false), 140);
  expect(wide[3]).toContain("██████████");
  expect(Math.max(...wide.slice(0, 6).map(textWidth))).toBeLessThanOrEqual(140);
  expect(comparisonLines(comparison, createStyle(false), 80).join("\n")).not.toContain("█");
});

test("a level that failed shows its state, has no ratio and points to its output", () => {
  const failed = aRun({ id: "abc", state: "failed", reason: "exit code 3", exitCode: 3 });
  const [base] = measured;
  const bad: LevelRuns = {
    level: "container",
    engine: "crun",
    emulated: false,
    reasons: [],
    starts: [],
    runs: [failed],
  };
  const levels = compareLevels(base ? [base, bad] : []);
  expect(levels.map(({ succeeded }) => succeeded)).toEqual([true, false]);
  const text = comparisonLines(
    { workload: "x", machine, levels, refused: [] },
    createStyle(false),
    100,
  ).join("\n");
  expect(text).toMatch(/^container {2}crun +unknown +failed/m);
  expect(text).toContain("aloft logs abc");
});

const candidates: Plan["candidates"] = (
  [
    ["container", "crun", 0],
    ["process", "bubblewrap", 0],
    ["vm", "qemu", 1],
    ["container", "runc", 0],
    ["vm", "uml", 1],
  ] as const
).map(([level, engine, refusals]) =>
  aCandidate({
    level,
    engine,
    refusals: Array.from({ length: refusals }, () => ({ code: "x", message: "not here" })),
  }),
);
const plan = aPlan({ candidates });

test("one engine a level is measured, process first; a level without any is refused", () => {
  const { chosen, refused } = select(plan, createOptions({}));
  expect(chosen.map(({ engine }) => engine)).toEqual(["bubblewrap", "crun"]);
  expect(refused.map(({ engine }) => engine)).toEqual(["qemu", "uml"]);
});

test("engines and levels can be named", () => {
  const all = select(plan, createOptions({ engines: "all", levels: "container" }));
  expect(all.chosen.map(({ engine }) => engine)).toEqual(["crun", "runc"]);
  const one = select(plan, createOptions({ engines: "runc,qemu" }));
  expect(one.chosen.map(({ engine }) => engine)).toEqual(["runc"]);
  expect(one.refused.map(({ engine }) => engine)).toEqual(["qemu"]);
  expect(() => select(plan, createOptions({ levels: "vm" }))).toThrow("nothing here can run it");
});

test("the median lies in the range, and half of the values on each side", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 }),
      (values) => {
        const found = spread(values);
        if (!found) throw new Error("a value has no spread");
        const { value, low, high } = found;
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
        expect(values.filter((one) => one < value).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((one) => one > value).length).toBeLessThanOrEqual(values.length / 2);
      },
    ),
  );
  expect(spread([])).toBeNull();
});

test("a bar is never wider than its cells", () => {
  expect(bar(1, 10)).toBe("██████████");
  expect(bar(0.5, 4)).toBe("██");
  expect(bar(0.001, 10)).toBe("▏");
  expect([bar(0, 10), bar(Number.NaN, 10)]).toEqual(["", ""]);
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -10, max: 10 }), (part) => {
      expect(textWidth(bar(part, 10))).toBeLessThanOrEqual(10);
    }),
  );
});
