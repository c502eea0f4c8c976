import { expect, test } from "vitest";
import { formatDeviation, formatNumber, formatPrediction, formatRatio } from "./quantities.ts";

test("numbers keep four digits and stay readable", () => {
  expect([0, 25.1234, 0.98765, 123456, 1.5e9, 0.00001].map(formatNumber)).toEqual([
    "0",
    "25.12",
    "0.9877",
    "123456",
    "1.500e+9",
    "1.000e-5",
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
});

test("a deviation has its sign", () => {
  expect(formatDeviation(10, 10.42)).toBe("+4.2 %");
  expect(formatDeviation(10, 5)).toBe("-50 %");
  expect(formatDeviation(0, 5)).toBe("");
});
