import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatBytes, parseBytes } from "./bytes.ts";
import { AloftError } from "./errors.ts";

test.each([
  ["0", 0],
  ["1048576", 1_048_576],
  ["12 B", 12],
  ["4G", 4 * 1024 ** 3],
  ["16 GiB", 16 * 1024 ** 3],
  ["16gib", 16 * 1024 ** 3],
  ["1.5 KiB", 1536],
  ["2Gi", 2 * 1024 ** 3],
  ["500MB", 500_000_000],
  [" 500 mb ", 500_000_000],
  ["1 TB", 1e12],
])("%j is %d bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(["", "G", "16 Gigs", "-1", "1e3", "1,5 GB", "99999999999 PiB", "1 2", "0x10", "١٦ GiB"])(
  "%j is no size",
  (text) => {
    expect(() => parseBytes(text)).toThrow(/is not a size/);
  },
);

test("a message repeats only the beginning of a long text, and no control characters", () => {
  const thrown = catchError(() => parseBytes(`\u{1b}[31m${"9".repeat(100_000)}`));
  expect(thrown.message).toMatch(/^"\\u001b\[31m9{40,60}…" is not a size$/);
});

test("what is written for people reads back as the same size to three figures", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => {
      const back = parseBytes(formatBytes(bytes));
      expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes * 0.005);
    }),
  );
  expect(formatBytes(999.7 * 1024)).toBe("999.7 KiB");
});

test("any text is a size or bad input", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const result = outcome(() => parseBytes(text));
      expect(typeof result === "number" ? result >= 0 : result === "bad-input").toBe(true);
    }),
  );
});

function catchError(action: () => unknown): AloftError {
  try {
    action();
  } catch (error) {
    if (error instanceof AloftError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function outcome(action: () => number): number | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof AloftError) return error.code;
    throw error;
  }
}
