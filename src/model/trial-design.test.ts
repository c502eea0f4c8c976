import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { designTrial, nextPoint, type TrialPoint, type TrialQuestion } from "./trial-design.ts";

function question(changes: Partial<TrialQuestion> = {}): TrialQuestion {
  return {
    full: { cpus: 4, size: 1600 },
    ...{ sizesVary: true, cpusVary: true, machineCpus: 8, done: [], repeat: 1 },
    ...changes,
  };
}

const points = (changes: Partial<TrialQuestion> = {}): (number | null)[][] =>
  designTrial(question(changes)).points.map(({ cpus, size }) => [cpus, size]);

describe("the design", () => {
  test("has each size with the most cpus, and each number of cpus at the middle size, the shortest first", () => {
    expect(points()).toEqual([
      [4, 100],
      [4, 200],
      [2, 200],
      [1, 200],
      [4, 400],
    ]);
  });

  test("varies only what the workload says can vary", () => {
    expect(points({ cpusVary: false })).toEqual([
      [4, 100],
      [4, 200],
      [4, 400],
    ]);
    expect(points({ sizesVary: false })).toEqual([
      [4, 1600],
      [2, 1600],
      [1, 1600],
    ]);
    const nothing = designTrial(question({ sizesVary: false, cpusVary: false }));
    expect(nothing.points).toEqual([{ cpus: 4, size: 1600 }]);
    expect(nothing.reasons.join()).toContain("profile: { size:");
  });

  test("stays within the machine, and takes half of an input that has few units", () => {
    expect(points({ machineCpus: 1, full: { cpus: 4, size: 3 } })).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  test("leaves out what has been run, as often as it has been", () => {
    const done = [{ cpus: 4, size: 100, seconds: 1 }];
    expect(points({ done, cpusVary: false })).toEqual([
      [4, 200],
      [4, 400],
    ]);
    expect(points({ done, cpusVary: false, repeat: 2 })).toHaveLength(5);
    expect(designTrial(question({ done })).reasons.join()).toContain("1 run of the trial");
  });

  test("takes every pair of two lists", () => {
    expect(points({ cpus: [1, 8], sizes: [20, 10] })).toEqual([
      [8, 10],
      [1, 10],
      [8, 20],
      [1, 20],
    ]);
  });

  test.each<[Partial<TrialQuestion>, RegExp]>([
    [{ cpus: [9] }, /--cpus: 9 is more than this machine has/],
    [{ sizes: [1601] }, /--sizes: 1601 is more than/],
    [{ sizes: [10], sizesVary: false }, /--sizes: the workload does not tell/],
  ])("refuses %j", (changes, message) => {
    expect(() => designTrial(question(changes))).toThrow(message);
  });
});

const anyQuestion = fc.record({
  full: fc.record({
    cpus: fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.constant(0.5)),
    size: fc.oneof(
      fc.integer({ min: 1, max: 1e12 }),
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc.constant(null),
    ),
  }),
  sizesVary: fc.boolean(),
  cpusVary: fc.boolean(),
  machineCpus: fc.integer({ min: 1, max: 512 }),
  done: fc.constant([]),
  repeat: fc.integer({ min: 1, max: 3 }),
});

test("no point is over the machine's cpus, nor outside of what the full workload is", () => {
  fc.assert(
    fc.property(anyQuestion, (asked) => {
      const { full, machineCpus } = asked;
      const design = designTrial(asked);
      expect(design.points.length).toBeGreaterThan(0);
      for (const { cpus, size } of design.points) {
        expect(cpus).toBeGreaterThan(0);
        expect(cpus).toBeLessThanOrEqual(Math.min(full.cpus, machineCpus));
        expect(size === null).toBe(full.size === null);
        expect(size ?? 1).toBeGreaterThan(0);
        expect(size ?? 0).toBeLessThanOrEqual(full.size ?? 0);
        expect(!Number.isInteger(full.size) || Number.isInteger(size)).toBe(true);
      }
      const sizes = design.points.map(({ size }) => size ?? 0);
      expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    }),
  );
});

describe("the next point", () => {
  const left: TrialPoint[] = [
    { cpus: 4, size: 100 },
    { cpus: 1, size: 200 },
    { cpus: 4, size: 400 },
  ];
  const unknown = (): null => null;

  test("is the first one while nothing is known", () => {
    const next = nextPoint({ left, done: [], budget: 1, predicted: unknown });
    expect(next).toMatchObject({ point: left[0], rest: left.slice(1), skipped: [] });
  });

  test("is the first whose predicted time fits; the others tell why they do not", () => {
    const predicted = ({ cpus }: TrialPoint): number => (cpus === 1 ? 50 : 5);
    const next = nextPoint({ left: left.slice(1), done: [], budget: 10, predicted });
    expect(next.point).toEqual({ cpus: 4, size: 400 });
    expect(next.skipped).toEqual([
      {
        point: { cpus: 1, size: 200 },
        reason: "about 50.0 s are expected, and 10.0 s of the budget are left",
      },
    ]);
  });

  test("is in proportion to size and cpus where there is no prediction", () => {
    const done = [{ cpus: 4, size: 100, seconds: 2 }];
    const at = (budget: number) =>
      nextPoint({ left: left.slice(1, 2), done, budget, predicted: unknown });
    expect(at(15.9).point).toBeNull();
    expect(at(16).point).toEqual({ cpus: 1, size: 200 });
  });

  test("ends: each run is one less, and the budget is kept where predictions are true", () => {
    fc.assert(
      fc.property(
        anyQuestion,
        fc.double({ min: 0.001, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 1000, noNaN: true }),
        (asked, rate, budget) => {
          const time = ({ size, cpus }: TrialPoint): number => ((size ?? 1) * rate) / cpus;
          let rest = designTrial(asked).points;
          const wanted = rest.length;
          let [spent, runs, skipped] = [0, 0, 0];
          for (;;) {
            const next = nextPoint({
              left: rest,
              done: [],
              budget: budget - spent,
              predicted: time,
            });
            skipped += next.skipped.length;
            if (next.point === null) break;
            expect(next.rest.length).toBeLessThan(rest.length);
            spent += time(next.point);
            runs += 1;
            rest = next.rest;
          }
          expect(spent).toBeLessThanOrEqual(budget);
          expect(runs + skipped).toBe(wanted);
        },
      ),
    );
  });
});
