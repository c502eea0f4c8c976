import { describe, expect, test } from "vitest";
import { parseSlurmArray } from "./sbatch-array.ts";
import { parseSlurmTime } from "./sbatch-time.ts";

describe("the time formats of sbatch(1)", () => {
  test.each([
    ["30", 1800],
    ["30:15", 1815],
    ["1:30:15", 5415],
    ["2-12", 216_000],
    ["2-12:30", 217_800],
    ["2-12:30:15", 217_815],
    ["0-1", 3600],
    ["90:00", 5400],
    ["0", null],
    ["00:00:00", null],
    ["-1", null],
    ["UNLIMITED", null],
    ["infinite", null],
    ["", undefined],
    ["1h", undefined],
    ["1:2:3:4", undefined],
    ["1-", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["9".repeat(30), undefined],
  ])("%j is %j seconds", (text, seconds) => {
    expect(parseSlurmTime(text)).toBe(seconds);
  });
});

describe("the tasks of --array", () => {
  test.each([
    ["3", [3]],
    ["0-3", [0, 1, 2, 3]],
    ["1,3,5-7", [1, 3, 5, 6, 7]],
    ["0-15:4", [0, 4, 8, 12]],
    ["5,1,5,0-1", [0, 1, 5]],
  ])("%j is %j", (text, indices) => {
    expect(parseSlurmArray(text)).toEqual({ indices });
  });

  test("may have a limit", () => {
    expect(parseSlurmArray("1-2%8")).toEqual({ indices: [1, 2], atOnce: 8 });
  });

  test.each(["", "a", "3-1", "0-4:0", "1-2%", "1-2%0", "1,,2", "-1", "0-9999999", "1%2%3"])(
    "%j is none",
    (text) => {
      expect(parseSlurmArray(text)).toBeTypeOf("string");
    },
  );
});
