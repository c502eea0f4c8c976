import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Fund } from "../../model/cost-settings.ts";
import { certain } from "../estimate-arithmetic.ts";
import { draw, fundsFor, payFrom, type PaymentQuestion } from "./allocation.ts";
import { converter } from "./currency.ts";

function fund(name: string, left: number, changes: Partial<Fund> = {}): Fund {
  return {
    name,
    currency: "USD",
    left,
    places: ["aws"],
    expires: null,
    source: "the grant letter",
    date: "2026-01-15",
    ...changes,
  };
}
const charged = { place: "aws/us-east-1", currency: "USD", on: "2026-08-10" };
const names = (funds: readonly Fund[]) => funds.map(({ name }) => name);

test("what expires first is drawn first, then what can be spent in fewest places", () => {
  const funds = [
    fund("everywhere", 10, { places: ["*"] }),
    fund("platform", 10),
    fund("region", 10, { places: ["gcp", "aws/us-east-1"] }),
    fund("later", 10, { expires: "2027-01-01" }),
    fund("soon", 10, { expires: "2026-09-01", places: ["*"] }),
  ];
  expect(names(fundsFor(charged, funds))).toEqual([
    "soon",
    "later",
    "region",
    "platform",
    "everywhere",
  ]);
});

test.each([
  ["expired yesterday", { expires: "2026-08-09" }],
  ["another platform's", { places: ["gcp"] }],
  ["another region's", { places: ["aws/eu-west-1"] }],
  ["in another currency", { currency: "SU" }],
  ["empty", { left: 0 }],
])("a fund that is %s pays nothing", (_, changes) => {
  expect(fundsFor(charged, [fund("one", 10, changes)])).toEqual([]);
});

test("a fund still pays on its last day", () => {
  expect(fundsFor(charged, [fund("one", 10, { expires: "2026-08-10" })])).toHaveLength(1);
});

test("funds are drawn in order, partly where they do not reach, and what is left is told", () => {
  const { draws, due } = draw(25, [fund("a", 10), fund("b", 12), fund("c", 0)]);
  expect(draws.map(({ fund, amount, left }) => [fund.name, amount, left])).toEqual([
    ["a", 10, 0],
    ["b", 12, 0],
    ["c", 0, 0],
  ]);
  expect(due).toBe(3);
  expect(draw(4, [fund("a", 10), fund("b", 12)])).toMatchObject({
    due: 0,
    draws: [{ amount: 4, left: 6 }],
  });
});

test("what is drawn and what is due make up the cost, and no fund goes below zero", () => {
  const cents = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(cents, fc.array(cents, { maxLength: 5 }), (cost, amounts) => {
      const { draws, due } = draw(
        cost,
        amounts.map((left, i) => fund(String(i), left)),
      );
      expect(draws.reduce((sum, { amount }) => sum + amount, 0) + due).toBe(cost);
      expect(draws.every(({ left }) => left >= 0)).toBe(true);
      expect(due === 0 || draws.every(({ left }) => left === 0)).toBe(true);
    }),
  );
});

const question: PaymentQuestion = {
  ...charged,
  cost: { low: 80, median: 100, high: 150 },
  funds: [fund("credit", 90)],
  convert: converter("EUR", [
    { from: "USD", to: "EUR", rate: 0.5, source: "a bank", date: "2026-08-03" },
  ]),
  planCurrency: "EUR",
};

test("each point of the cost is paid as that point: due is what the credit leaves", () => {
  const paid = payFrom(question);
  expect(paid.short).toEqual({ low: 0, median: 10, high: 60 });
  expect(paid.due).toEqual({ low: 0, median: 5, high: 30 });
  expect(paid.text).toBe("90.00 USD from credit, which has 0 USD left; 10.00 USD not covered");
  expect(paid.evidence.map(({ text }) => text)).toEqual([
    "credit: 90.00 USD, the grant letter",
    "1 USD = 0.5 EUR, a bank",
  ]);
});

const units: PaymentQuestion = {
  ...question,
  place: "slurm/mahti",
  currency: "SU",
  funds: [fund("project", 120, { currency: "SU", places: ["slurm"], expires: "2026-12-31" })],
};

test("service units that an allocation covers cost no money; a bad case is told", () => {
  const paid = payFrom(units);
  expect(paid.due).toEqual(certain(0));
  expect(paid.short.high).toBe(30);
  expect(paid.text).toBe("100 SU from project, which has 20.00 SU left");
  expect(paid.evidence.at(-1)?.text).toContain("30.00 SU or more are not covered");
});

test("service units beyond the allocation are never taken for money", () => {
  const paid = payFrom({ ...units, cost: certain(200) });
  expect(paid.due).toBeNull();
  expect(paid.learn).toContain("service unit is worth in EUR");
  expect(payFrom({ ...units, funds: [] }).due).toBeNull();
});

test("nothing is paid for nothing", () => {
  expect(payFrom({ ...question, cost: certain(0) })).toMatchObject({
    draws: [],
    due: certain(0),
    text: "nothing to pay",
  });
});
