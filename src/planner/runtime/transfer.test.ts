import fc from "fast-check";
import { expect, test } from "vitest";
import { rated } from "./testing-runs.ts";
import { transfer, type TransferQuestion } from "./transfer.ts";

const question: TransferQuestion = {
  seconds: 100,
  from: rated("a", 4, { coremark: 80_000, streamBytes: 40e9 }),
  fromCpus: 4,
  to: rated("b", 4, { coremark: 160_000, streamBytes: 40e9 }),
  toCpus: 4,
  limit: "compute",
  serialFraction: null,
};

function width(term: ReturnType<typeof transfer>): number {
  return term.estimate === null ? Number.NaN : term.estimate.high / term.estimate.low;
}

test("compute-bound work takes half as long where cpus are twice as fast", () => {
  const { estimate, formula } = transfer(question);
  expect(estimate?.median).toBeCloseTo(50);
  expect(formula).toBe("1m 40s × (20000 / 40000 coremark of one cpu)^1.00 = 50.0 s");
});

test("memory-bound work takes as long where only cpus are faster", () => {
  expect(transfer({ ...question, limit: "memory" }).estimate?.median).toBeCloseTo(100);
});

test("an unknown limit spans both, and is the widest", () => {
  const unknown = transfer({ ...question, limit: "unknown" });
  expect(unknown.estimate?.median).toBeCloseTo(100 / Math.SQRT2);
  expect(unknown.estimate?.low).toBeLessThan(51);
  expect(unknown.estimate?.high).toBeGreaterThan(99);
  expect(width(unknown)).toBeGreaterThan(width(transfer({ ...question, limit: "mixed" })));
  expect(unknown.evidence[0]?.text).toContain("profile.limit");
});

test("rates of different programs are not compared", () => {
  const to = rated("b", 4, { hplFlops: 1e11 });
  const term = transfer({ ...question, to });
  expect(term.estimate).toBeNull();
  expect(term.learn).toBe("hplFlops or coremark or peakFlops of both machines");
});

test("threads go by Amdahl where the serial part is declared", () => {
  const to = rated("b", 16, { coremark: 320_000 });
  const term = transfer({ ...question, to, toCpus: 16, serialFraction: 0.1 });
  // Speed-ups: 1 / (0.1 + 0.9 / 4) and 1 / (0.1 + 0.9 / 16).
  expect(term.estimate?.median).toBeCloseTo((100 * (0.1 + 0.9 / 16)) / (0.1 + 0.9 / 4));
  expect(width(term)).toBeLessThan(width(transfer({ ...question, to, toCpus: 16 })));
});

test("the interval widens with the distance of rates and of cpus", () => {
  const factor = fc.double({ min: 1, max: 50, noNaN: true });
  fc.assert(
    fc.property(
      factor,
      factor,
      fc.constantFrom<TransferQuestion["limit"][]>("compute", "memory", "mixed", "unknown"),
      (near, further, limit) => {
        const at = (ratio: number): number =>
          width(
            transfer({
              ...question,
              limit,
              to: rated("b", 4, { coremark: 80_000 * ratio, streamBytes: 40e9 / ratio }),
            }),
          );
        expect(at(near * further)).toBeGreaterThanOrEqual(at(near) * (1 - 1e-9));
        const cpus = (count: number): number =>
          width(transfer({ ...question, to: rated("b", count, { coremark: 1 }), toCpus: count }));
        expect(cpus(4 * near * further)).toBeGreaterThanOrEqual(cpus(4 * near) * (1 - 1e-9));
      },
    ),
  );
});

test("another architecture is less sure", () => {
  const to = { ...question.to, architecture: "arm64" };
  expect(width(transfer({ ...question, to }))).toBeGreaterThan(width(transfer(question)));
});
