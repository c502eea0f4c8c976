import { expect, test } from "vitest";
import type { LicenceRate } from "../../model/cost-settings.ts";
import { certain } from "../estimate-arithmetic.ts";
import { converter } from "./currency.ts";
import { explainLicence, licenceCost, type LicenceQuestion } from "./licence-price.ts";

const rate = (feature: string, perTokenHour: number, currency = "EUR"): LicenceRate => ({
  feature,
  perTokenHour,
  currency,
  source: "our contract",
  date: "2026-02-01",
});
const question: LicenceQuestion = {
  tokens: { fluent: 4, hpc: 12 },
  rates: [rate("fluent", 2.5), rate("hpc", 0.25)],
  held: { low: 3600, median: 7200, high: 10_800 },
  convert: converter("EUR", []),
  currency: "EUR",
};

test("tokens × rate × hours, by hand", () => {
  // (4 × 2.50 + 12 × 0.25) × 2 h
  expect(licenceCost(question)).toEqual({ low: 13, median: 26, high: 39 });
  expect(explainLicence(question).formula).toBe(
    "(4 fluent × 2.50 EUR an hour + 12 hpc × 0.25 EUR an hour) × 2h 00m (1h 00m to 3h 00m) = 26.00 EUR (13.00 EUR to 39.00 EUR)",
  );
  expect(explainLicence(question).evidence).toHaveLength(2);
});

test("no licence costs nothing", () => {
  expect(explainLicence({ ...question, tokens: {}, held: null })).toEqual({
    estimate: certain(0),
    formula: "no licence is asked for",
    evidence: [],
  });
});

test("a feature without a declared rate is unknown, not free", () => {
  const term = explainLicence({ ...question, rates: [rate("fluent", 2.5)] });
  expect(term.estimate).toBeNull();
  expect(term.learn).toContain("a token of hpc");
});

test("a licence that is paid for anyway is declared as 0, and needs no time", () => {
  const paid = { ...question, rates: [rate("fluent", 0), rate("hpc", 0)], held: null };
  expect(licenceCost(paid)).toEqual(certain(0));
});

test("another currency without a rate, and unknown time, are unknown", () => {
  const dollars = { ...question, rates: [rate("fluent", 2.5, "USD"), rate("hpc", 0.25)] };
  expect(explainLicence(dollars)).toMatchObject({ estimate: null });
  expect(explainLicence(dollars).learn).toContain("from USD to EUR");
  expect(explainLicence({ ...question, held: null }).learn).toContain("aloft trial");
});
