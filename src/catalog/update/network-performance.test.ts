import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseNetworkPerformance } from "./network-performance.ts";

test.each([
  ["10 Gigabit", 10e9],
  ["25 Gigabit", 25e9],
  ["Up to 5 Gigabit", 5e9],
  ["Up to 12.5 Gigabit", 12.5e9],
  ["up to 10 gigabit", 10e9],
  ["Up to 12500 Megabit", 12.5e9],
  ["18750 Megabit", 18.75e9],
  ["18,750 Megabit", 18.75e9],
  ["4x 100 Gigabit", 400e9],
  ["8 x 400 Gigabit", 3.2e12],
  ["3200 Gigabit", 3.2e12],
  [" 100 Gbps ", 100e9],
  ["780 Mbps", 780e6],
])("%j is %d bit/s", (text, bits) => {
  expect(parseNetworkPerformance(text)).toBe(bits);
});

test.each([
  "",
  "NA",
  "N/A",
  "Very Low",
  "Low",
  "Low to Moderate",
  "Moderate",
  "High",
  "0 Gigabit",
  "10",
  "Gigabit",
  "10 Gigabyte",
  "up to",
  "10 Gigabit or more",
])("%j tells no number", (text) => {
  expect(parseNetworkPerformance(text)).toBeNull();
});

test("any text is a positive rate or nothing", () => {
  const word = fc.constantFrom("up to", "4x", "10", "12.5", "gigabit", "Megabit", "Gbps", " ", ",");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((all) => all.join(" ")),
      ),
      (text) => {
        const bits = parseNetworkPerformance(text);
        expect(bits === null || (Number.isFinite(bits) && bits > 0)).toBe(true);
      },
    ),
  );
});

test("megabits and gigabits agree", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (gigabits) => {
      expect(parseNetworkPerformance(`Up to ${gigabits * 1000} Megabit`)).toBe(
        parseNetworkPerformance(`${gigabits} Gigabit`),
      );
    }),
  );
});
