import { expect, test } from "vitest";
import { certain } from "../estimate-arithmetic.ts";
import { totalCost, totalOfTerms } from "./total-cost.ts";

const compute = { low: 8, median: 10, high: 15 };

test("what is charged by time rises together", () => {
  const storage = { low: 0.8, median: 1, high: 1.5 };
  const total = totalCost({ compute, storage, licence: certain(5), transfer: certain(2) });
  expect(total).toEqual({ low: 15.8, median: 18, high: 23.5 });
});

test("transfer does not hang on time: the total is narrower than the sum of the points", () => {
  const transfer = { low: 8, median: 10, high: 15 };
  const total = totalCost({ compute, storage: certain(0), licence: certain(0), transfer });
  expect(total?.low).toBeGreaterThan(16);
  expect(total?.high).toBeLessThan(30);
});

test("one unknown term makes the total unknown", () => {
  const known = { compute, storage: certain(0), licence: certain(0), transfer: certain(0) };
  for (const term of ["compute", "storage", "licence", "transfer"] as const)
    expect(totalCost({ ...known, [term]: null })).toBeNull();
});

test("terms are added as their estimates", () => {
  const term = (value: number) => ({ estimate: certain(value), formula: "", evidence: [] });
  const terms = { compute: term(1), storage: term(2), licence: term(3), transfer: term(4) };
  expect(totalOfTerms(terms)).toEqual(certain(10));
});
