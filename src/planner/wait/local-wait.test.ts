import fc from "fast-check";
import { expect, test } from "vitest";
import { type Demand, type Holding, localWait, rentedWait } from "./local-wait.ts";

const gibibyte = 1024 ** 3;
const capacity = { cpus: 8, memoryBytes: 32 * gibibyte };
const demand = (cpus: number, gib = 1): Demand => ({ cpus, memoryBytes: gib * gibibyte });
const certain = (seconds: number) => ({ low: seconds, median: seconds, high: seconds });
const none = { running: [], waiting: [] };

test("what fits now does not wait", () => {
  const running = [{ ...demand(6), seconds: null }];
  const { estimate } = localWait(demand(2), { ...none, capacity, running });
  expect(estimate).toEqual(certain(0));
});

test("else it waits until enough has ended, of cpus and of memory", () => {
  const running = [
    { ...demand(2), seconds: { low: 5, median: 10, high: 20 } },
    { ...demand(2, 30), seconds: { low: 50, median: 100, high: 200 } },
  ];
  const queue = { ...none, capacity, running };
  expect(localWait(demand(6), queue).estimate).toEqual({ low: 5, median: 10, high: 20 });
  expect(localWait(demand(1, 16), queue).estimate).toEqual({ low: 50, median: 100, high: 200 });
});

test("who waits goes first; at best backfill passes them", () => {
  const running = [{ ...demand(4), seconds: certain(10) }];
  const waiting = [{ ...demand(8), seconds: certain(100) }];
  const { estimate } = localWait(demand(4), { capacity, running, waiting });
  expect(estimate).toEqual({ low: 0, median: 110, high: 110 });
});

test("an end that is not known matters only where it is waited for", () => {
  const running = [
    { ...demand(4), seconds: null },
    { ...demand(4), seconds: certain(60) },
  ];
  const queue = { ...none, capacity, running };
  expect(localWait(demand(4), queue).estimate).toEqual({ low: 0, median: 60, high: 60 });
  const unknown = localWait(demand(5), queue);
  expect(unknown.estimate).toBeNull();
  expect(unknown.learn).toContain("time limit");
});

test("what the machine never has is unknown, not late", () => {
  const { estimate, formula } = localWait(demand(9), { ...none, capacity });
  expect(estimate).toBeNull();
  expect(formula).toContain("more than the machine has");
});

test("a rented machine has no queue, and that is said to be assumed", () => {
  const { estimate, evidence } = rentedWait();
  expect(estimate).toEqual(certain(0));
  expect(evidence[0]).toMatchObject({ kind: "assumed" });
});

const demands = fc.record({
  cpus: fc.integer({ min: 1, max: 8 }),
  memoryBytes: fc.integer({ min: 1, max: 32 }).map((gib) => gib * gibibyte),
});
const seconds = fc
  .tuple(fc.nat(100), fc.nat(100), fc.nat(100))
  .map(([low, more, most]) => ({ low, median: low + more, high: low + more + most }));
const holdings: fc.Arbitrary<Holding[]> = fc.array(
  fc.record({ cpus: fc.integer({ min: 1, max: 8 }), memoryBytes: fc.constant(gibibyte), seconds }),
  { maxLength: 8 },
);

/** As many as the machine holds at once. */
function together(all: readonly Holding[]): Holding[] {
  let free = capacity.cpus;
  return all.filter(({ cpus }) => {
    const fits = cpus <= free;
    if (fits) free -= cpus;
    return fits;
  });
}

test("the interval is in order and never negative", () => {
  fc.assert(
    fc.property(demands, holdings, holdings, (asked, all, waiting) => {
      const { estimate } = localWait(asked, { capacity, running: together(all), waiting });
      expect(estimate?.low).toBeGreaterThanOrEqual(0);
      expect(estimate?.median).toBeGreaterThanOrEqual(estimate?.low ?? Number.NaN);
      expect(estimate?.high).toBeGreaterThanOrEqual(estimate?.median ?? Number.NaN);
    }),
  );
});

test("asking for more, or more that waits before, never starts earlier", () => {
  fc.assert(
    fc.property(demands, holdings, holdings, (asked, all, waiting) => {
      const queue = { capacity, running: together(all), waiting };
      const median = localWait(asked, queue).estimate?.median ?? Number.NaN;
      const less = { ...asked, cpus: Math.max(1, asked.cpus - 1) };
      expect(localWait(less, queue).estimate?.median).toBeLessThanOrEqual(median);
      const shorter = { ...queue, waiting: waiting.slice(0, -1) };
      expect(localWait(asked, shorter).estimate?.median).toBeLessThanOrEqual(median);
    }),
  );
});
