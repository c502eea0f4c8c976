import { expect, test } from "vitest";
import { formatDeviation, formatNumber, formatPrediction, formatRatio } from "./quantities.ts";

test("numbers keep six digits, whole numbers all of them", () => {
  expect([0, 16, 1, 12_345_678, -3].map(formatNumber)).toEqual(["0", "16", "1", "12345678", "-3"]);
  expect([3.14159265, 25.1234, 0.98765432, 1234567.8, 1.5e20, 0.00001].map(formatNumber)).toEqual([
    "3.14159",
    "25.1234",
    "0.987654",
    "1234568",
    "1.5e+20",
    "1e-5",
  ]);
});

test("ratios have the digits that tell them apart", () => {
  expect([0.0001, 0.9944, 1, 1.5, 12.34, 480.4].map(formatRatio)).toEqual([
    "<0.001×",
    "0.994×",
    "1.00×",
    "1.50×",
    "12.3×",
    "480×",
  ]);
});

test("a prediction shows its range and what it rests on; none is unknown", () => {
  expect(formatPrediction(null)).toBe("unknown");
  expect(formatPrediction({ seconds: 12, low: 12, high: 12, samples: 1 })).toBe("12.0 s (1 run)");
  expect(formatPrediction({ seconds: 12, low: 11, high: 75, samples: 5 })).toBe(
    "12.0 s (11.0 s to 1m 15s, 5 runs)",
  );
  expect(formatPrediction({ seconds: 0.004, low: 0, high: 0.009, samples: 5 })).toBe(
    "<10 ms (5 runs)",
  );
});

test("a deviation has its sign", () => {
  expect(formatDeviation(10, 10.42)).toBe("+4.2 %");
  expect(formatDeviation(10, 5)).toBe("-50 %");
  expect(formatDeviation(0, 5)).toBe("");
  expect(formatDeviation(0.004, 0.02)).toBe("");
  expect(formatDeviation(0.02, 0.004)).toBe("");
});
