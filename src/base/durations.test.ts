import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./durations.ts";
import { AloftError } from "./errors.ts";

test.each([
  ["90", 90],
  ["90 s", 90],
  ["1h30m", 5400],
  ["1 hour 30 minutes", 5400],
  ["2 days", 172_800],
  ["250ms", 0.25],
  ["1.5 h", 5400],
  ["5:00", 300],
  ["01:30:00", 5400],
  ["1-12:00:00", 129_600],
  ["1-12:30", 131_400],
  ["1w", 604_800],
])("%j is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "soon", "-5s", "1 month", "1:2:3:4", "h", "1h 30", "1e3", "9".repeat(400)])(
  "%j is no duration",
  (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration/);
  },
);

test("what is written for people reads back to within what it rounds away", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e8, noNaN: true }), (seconds) => {
      const back = parseDuration(formatDuration(seconds));
      const rounding = seconds >= 86_400 ? 3600 : seconds >= 3600 ? 60 : seconds * 0.06;
      expect(Math.abs(back - seconds)).toBeLessThanOrEqual(rounding + 0.5 * Number(seconds >= 60));
    }),
  );
});

test.each([
  [0, "0.000 ms"],
  [0.000_05, "0.050 ms"],
  [0.0012, "1.2 ms"],
  [0.34, "340 ms"],
  [0.9999, "1.00 s"],
  [4.21, "4.21 s"],
  [59.97, "1m 00s"],
  [725, "12m 05s"],
  [12_000, "3h 20m"],
  [187_200, "2d 4h"],
  [-3, "-3.00 s"],
])("%d seconds are written %j", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("any text is a duration or bad input", () => {
  const text = fc.string({ unit: fc.constantFrom(..."0123456789:-. mshdw".split("")) });
  fc.assert(
    fc.property(text, (written) => {
      const result = outcome(written);
      expect(typeof result === "number" ? result >= 0 : result === "bad-input").toBe(true);
    }),
  );
});

function outcome(text: string): number | string {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof AloftError) return error.code;
    throw error;
  }
}
