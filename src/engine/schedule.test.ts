import fc from "fast-check";
import { expect, test } from "vitest";
import { type Capacity, type Demand, free, startable } from "./schedule.ts";

const machine: Capacity = { cpus: 4, memoryBytes: 1000 };

function run(id: string, cpus: number, secondsLeft = Number.POSITIVE_INFINITY): Demand {
  return { id, cpus, memoryBytes: cpus * 100, secondsLeft };
}

test("starts in the order of arrival while there is room", () => {
  expect(startable(machine, [], [run("a", 2), run("b", 2), run("c", 1)])).toEqual(["a", "b"]);
});

test("a short run passes the first one when it ends in time", () => {
  const active = [run("x", 3, 100)];
  expect(startable(machine, active, [run("big", 4), run("short", 1, 100)])).toEqual(["short"]);
  expect(startable(machine, active, [run("big", 4), run("long", 1, 101)])).toEqual([]);
});

test("a long run passes the first one only with what that one leaves over", () => {
  const active = [run("x", 2, 100)];
  const waiting = [run("big", 3), run("long", 1), run("longer", 1)];
  expect(startable(machine, active, waiting)).toEqual(["long"]);
});

test("without time limits nothing that the first one needs is given away", () => {
  expect(startable(machine, [run("x", 1)], [run("all", 4), run("one", 1, 10)])).toEqual([]);
});

test("memory counts as much as cpus", () => {
  const hungry = { id: "hungry", cpus: 1, memoryBytes: 900, secondsLeft: 10 };
  expect(startable(machine, [{ ...hungry, id: "x" }], [hungry])).toEqual([]);
});

const demands = fc.array(
  fc.record({
    cpus: fc.integer({ min: 1, max: 4 }),
    memoryBytes: fc.integer({ min: 1, max: 1000 }),
    secondsLeft: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.POSITIVE_INFINITY)),
  }),
  { maxLength: 12 },
);

function named(list: readonly Omit<Demand, "id">[], prefix: string): Demand[] {
  return list.map((one, index) => ({ ...one, id: `${prefix}${index}` }));
}

/** A state that can really be: only what fits is active. */
function feasible(active: readonly Demand[]): Demand[] {
  const held: Demand[] = [];
  for (const one of active) {
    const left = free(machine, [...held, one]);
    if (left.cpus >= 0 && left.memoryBytes >= 0) held.push(one);
  }
  return held;
}

test("never gives more than the machine has", () => {
  fc.assert(
    fc.property(demands, demands, (running, queued) => {
      const active = feasible(named(running, "r"));
      const waiting = named(queued, "w");
      const started = new Set(startable(machine, active, waiting));
      const left = free(machine, [...active, ...waiting.filter(({ id }) => started.has(id))]);
      expect(left.cpus).toBeGreaterThanOrEqual(0);
      expect(left.memoryBytes).toBeGreaterThanOrEqual(0);
    }),
  );
});

/** When `first` could start if nobody else came, by trying every moment at which something ends. */
function earliestStart(active: readonly Demand[], first: Demand): number {
  const moments = [0, ...active.map(({ secondsLeft }) => secondsLeft)].toSorted((a, b) => a - b);
  return (
    moments.find((moment) => {
      const left = free(
        machine,
        active.filter(({ secondsLeft }) => secondsLeft > moment),
      );
      return left.cpus >= first.cpus && left.memoryBytes >= first.memoryBytes;
    }) ?? Number.POSITIVE_INFINITY
  );
}

test("what passes never delays the first that waits", () => {
  fc.assert(
    fc.property(demands, demands, (running, queued) => {
      const active = feasible(named(running, "r"));
      const waiting = named(queued, "w");
      const started = startable(machine, active, waiting);
      const index = waiting.findIndex(({ id }) => !started.includes(id));
      const first = waiting[index];
      if (!first) return;
      const before = [...active, ...waiting.slice(0, index)];
      const after = [...active, ...waiting.filter(({ id }) => started.includes(id))];
      expect(earliestStart(after, first)).toBeLessThanOrEqual(earliestStart(before, first));
    }),
    { numRuns: 500 },
  );
});

test("an idle machine always starts something that fits it", () => {
  fc.assert(
    fc.property(demands, (queued) => {
      const waiting = named(queued, "w");
      fc.pre(waiting.length > 0);
      expect(startable(machine, [], waiting)).toContain("w0");
    }),
  );
});
