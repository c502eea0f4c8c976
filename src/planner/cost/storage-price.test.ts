import { expect, test } from "vitest";
import type { TieredPrice } from "../../model/prices.ts";
import { certain } from "../estimate-arithmetic.ts";
import { converter } from "./currency.ts";
import {
  explainStorage,
  monthSeconds,
  storageCost,
  type StorageQuestion,
} from "./storage-price.ts";

const price: TieredPrice = {
  unitBytes: 2 ** 30,
  tiers: [{ upTo: null, perUnit: 0.08 }],
  currency: "USD",
  source: "a price list",
  date: "2026-08-01",
};
const question: StorageQuestion = {
  bytes: certain(500 * 2 ** 30),
  seconds: certain(73 * 3600),
  price,
  used: 0,
  convert: converter("USD", []),
  currency: "USD",
  learn: "`profile.scratch`",
};

test("a tenth of a month, by hand", () => {
  // 500 × 0.08 × 73 / 730
  expect(storageCost(question)?.median).toBeCloseTo(4, 9);
  expect(storageCost({ ...question, seconds: certain(monthSeconds) })?.median).toBeCloseTo(40, 9);
});

test("nothing stored costs nothing, whatever is unknown besides", () => {
  expect(storageCost({ ...question, bytes: certain(0), price: null, seconds: null })).toEqual(
    certain(0),
  );
  expect(explainStorage({ ...question, bytes: certain(0), price: null }).formula).toBe(
    "nothing is stored",
  );
});

test.each([
  ["size", { bytes: null }],
  ["time", { seconds: null }],
  ["price", { price: null }],
])("an unknown %s is an unknown cost", (_, changes) => {
  expect(storageCost({ ...question, ...changes })).toBeNull();
  expect(explainStorage({ ...question, ...changes })).toMatchObject({
    estimate: null,
    learn: "`profile.scratch`",
  });
});

test("uncertain time and size make the cost uncertain", () => {
  const seconds = { low: 73 * 1800, median: 73 * 3600, high: 73 * 7200 };
  const cost = storageCost({ ...question, seconds });
  expect(cost?.low).toBeCloseTo(2, 9);
  expect(cost?.high).toBeCloseTo(8, 9);
});

test("the explanation has the numbers", () => {
  expect(explainStorage(question).formula).toBe(
    "500 GiB × 0.08 USD per GiB and month × 3d 1h of 730 h = 4.00 USD",
  );
});

test("without an exchange rate it is unknown", () => {
  const term = explainStorage({ ...question, convert: converter("EUR", []), currency: "EUR" });
  expect(term.estimate).toBeNull();
  expect(term.learn).toContain("from USD to EUR");
});
