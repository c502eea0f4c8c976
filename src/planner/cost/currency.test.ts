import { expect, test } from "vitest";
import type { ExchangeRate } from "../../model/cost-settings.ts";
import { converter, exchangeEvidence, learnRate } from "./currency.ts";

const rate = (from: string, to: string, rate: number, date = "2026-08-03"): ExchangeRate => ({
  from,
  to,
  rate,
  source: "a bank",
  date,
});

test("the same currency needs no rate", () => {
  expect(converter("EUR", [])("EUR")).toEqual({ factor: 1, rates: [] });
});

test("without a rate nothing is converted, least of all one to one", () => {
  expect(converter("EUR", [])("USD")).toBeNull();
  expect(converter("EUR", [rate("EUR", "GBP", 0.85)])("SU")).toBeNull();
  expect(learnRate("USD", "EUR")).toContain("from USD to EUR");
  expect(learnRate("SU", "EUR")).toContain("service unit");
});

test("a rate works both ways, and two with a currency between", () => {
  const rates = [rate("EUR", "USD", 1.25), rate("EUR", "GBP", 0.8)];
  expect(converter("USD", rates)("EUR")?.factor).toBe(1.25);
  expect(converter("EUR", rates)("USD")?.factor).toBe(0.8);
  const across = converter("GBP", rates)("USD");
  expect(across?.factor).toBeCloseTo(0.64, 12);
  expect(across?.rates).toHaveLength(2);
});

test("the newest rate wins, and tells its source and date", () => {
  const convert = converter("EUR", [
    rate("USD", "EUR", 0.9, "2026-01-01"),
    rate("USD", "EUR", 0.8, "2026-07-01"),
  ]);
  const found = convert("USD");
  expect(found?.factor).toBe(0.8);
  expect(found === null ? [] : exchangeEvidence(found)).toEqual([
    { kind: "declared", text: "1 USD = 0.8 EUR, a bank", date: "2026-07-01" },
  ]);
  expect(convert("USD")).toBe(found);
});
