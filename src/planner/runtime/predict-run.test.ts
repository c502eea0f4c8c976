import fc from "fast-check";
import { expect, test } from "vitest";
import type { PastRun, RunEvidence, RunTarget } from "./past-run.ts";
import { prepareRunPrediction } from "./predict-run.ts";
import { rated } from "./testing-runs.ts";

const here = rated("here", 4, { coremark: 80_000 });
const fast = rated("aws/us-east-1/fast", 16, { coremark: 640_000 });
const bare = { median: 1, low: 1, high: 1 };

function run(changes: Partial<PastRun> = {}): PastRun {
  return {
    ...{ kind: "history", machine: here, engine: "host", slowdown: 1, machines: 1 },
    ...{ cpus: 4, size: 1, seconds: 100, date: "2026-08-01", ...changes },
  };
}

function target(changes: Partial<RunTarget> = {}): RunTarget {
  return {
    ...{ machine: here, engine: "host", penalty: bare, machines: 1, cpus: 4, size: 1 },
    ...changes,
  };
}

function predictor(runs: readonly PastRun[], changes: Partial<RunEvidence> = {}) {
  return prepareRunPrediction({ runs, limit: "compute", serialFraction: null, ...changes });
}

const trial = [1, 2, 4].flatMap((cpus) =>
  [1, 2].map((size) => run({ kind: "measured", cpus, size, seconds: size * (10 + 90 / cpus) })),
);

test("nothing known is unknown, with the way to learn it", () => {
  const { estimate, explain } = predictor([]);
  expect(estimate(target())).toBeNull();
  expect(explain(target())).toMatchObject({ estimate: null, evidence: [] });
  expect(explain(target()).learn).toContain("aloft trial");
});

test("runs of the same on the same machine and engine are their median", () => {
  const term = predictor([98, 100, 103].map((seconds) => run({ seconds }))).explain(target());
  expect(term.estimate?.median).toBe(100);
  expect(term.formula).toContain("the median of 3 runs");
  expect(term.evidence).toEqual([{ kind: "history", text: "3 runs on here", date: "2026-08-01" }]);
});

test("another engine takes the bare time times its penalty, and is less sure", () => {
  const { estimate } = predictor([run(), run(), run()]);
  const penalty = { median: 1.1, low: 1.05, high: 1.2 };
  const other = estimate(target({ engine: "qemu", penalty }));
  expect(other?.median).toBeCloseTo(110);
  const same = estimate(target({ engine: "crun" }));
  expect((other?.high ?? 0) / (other?.low ?? 1)).toBeGreaterThan(
    (same?.high ?? 0) / (same?.low ?? 1),
  );
});

test("what a level cost is taken off before the time is moved", () => {
  const { estimate } = predictor([run({ engine: "qemu", slowdown: 2, seconds: 200 })]);
  expect(estimate(target())?.median).toBeCloseTo(100);
});

test("a trial at several scales and sizes gives a curve, with its formula and how well it does", () => {
  const term = predictor(trial).explain(target({ cpus: 3, size: 4 }));
  expect((term.estimate?.median ?? 0) / 160).toBeCloseTo(1, 1);
  expect(term.formula).toMatch(/size.*\/cpus seconds, at cpus = 3, size = 4\.00 .* on here: /);
  expect(term.evidence.map(({ text }) => text)).toEqual([
    "6 runs at 3 scales and 2 sizes on here",
    expect.stringMatching(
      /^left out one scale at a time, 6 runs were predicted to .* % on average$/,
    ),
  ]);
});

test("a machine with rates in common is told, one without is unknown", () => {
  const { estimate, explain } = predictor(trial);
  const there = estimate(target({ machine: fast, cpus: 4 }));
  // Twice as fast by cpu.
  expect(there?.median).toBeCloseTo(32.5 / 2, 0);
  const blind = target({ machine: rated("x", 4, { peakFlops: 1e12 }) });
  expect(estimate(blind)).toBeNull();
  expect(explain(blind).learn).toContain("coremark");
});

test("declared runs count where none was timed by Aloft, and not beside them", () => {
  const declared = run({ kind: "declared", engine: null, seconds: 500, cpus: 2 });
  expect(predictor([declared]).estimate(target({ cpus: 2 }))?.median).toBeCloseTo(500);
  const both = predictor([declared, ...trial]).estimate(target({ cpus: 2 }));
  expect(both?.median).toBeCloseTo(55, 0);
});

test("one run elsewhere is a wide guess, narrower where the serial part is declared", () => {
  const wide = predictor([run()]).estimate(target({ machine: fast, cpus: 16 }));
  const told = predictor([run()], { serialFraction: 0.02 }).estimate(
    target({ machine: fast, cpus: 16 }),
  );
  const ratio = (one: typeof wide): number => (one?.high ?? 0) / (one?.low ?? 1);
  expect(ratio(wide)).toBeGreaterThan(3);
  expect(ratio(told)).toBeLessThan(ratio(wide));
});

test("over several machines, scale is machines", () => {
  const runs = [2, 4, 6, 8].map((machines) => run({ machines, seconds: 20 + 300 / machines }));
  const term = predictor(runs).explain(target({ machines: 5 }));
  expect((term.estimate?.median ?? 0) / 80).toBeCloseTo(1, 1);
  expect(term.formula).toContain("machines = 5");
});

test("from one run the interval widens with every step away from it", () => {
  const { estimate } = predictor([run()]);
  const width = (changes: Partial<RunTarget>): number => {
    const found = estimate(target(changes));
    return found === null ? Number.NaN : found.high / found.low;
  };
  const step = fc.double({ min: 1.05, max: 8, noNaN: true });
  fc.assert(
    fc.property(step, step, (near, more) => {
      expect(width({ size: near * more })).toBeGreaterThan(width({ size: near }));
      expect(width({ cpus: 4 * near * more })).toBeGreaterThan(width({ cpus: 4 * near }));
      expect(width({ size: near })).toBeGreaterThan(width({ engine: "crun" }) * (1 - 1e-9));
    }),
  );
});

test("estimate and explain say the same of any target", () => {
  const { estimate, explain } = predictor(trial);
  fc.assert(
    fc.property(
      fc.constantFrom(here, fast),
      fc.integer({ min: 1, max: 64 }),
      fc.double({ min: 0.5, max: 9, noNaN: true }),
      fc.constantFrom("host", "crun"),
      (machine, cpus, size, engine) => {
        const one = target({ machine, cpus, size, engine });
        const found = estimate(one);
        expect(explain(one).estimate).toEqual(found);
        expect(found?.low).toBeLessThanOrEqual(found?.median ?? 0);
        expect(found?.high).toBeGreaterThanOrEqual(found?.median ?? 0);
      },
    ),
  );
});
