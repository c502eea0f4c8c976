import * as fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearest, suggestField } from "./workload-suggestion.ts";

test.each([
  ["", "abc", 3],
  ["comand", "command", 1],
  ["imgae", "image", 1],
  ["kitten", "sitting", 3],
])("%j and %j are %d apart", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test("distance is symmetric, and zero for the same word only", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test("only a slip of the fingers is a suggestion", () => {
  expect(nearest("Levle", ["level", "env"])).toBe("level");
  expect(nearest("colour", ["level", "command"])).toBeUndefined();
  expect(nearest("x", ["y"])).toBeUndefined();
  expect(nearest("a".repeat(1_000_000), ["a"])).toBeUndefined();
});

test("a field may be meant that is elsewhere, or has another name elsewhere", () => {
  const everywhere = ["command", "resources", "resources.cpus", "resources.memory"];
  expect(suggestField("cpu", [], ["command", "resources"], everywhere)).toBe("resources.cpus");
  expect(suggestField("mem", ["resources"], ["cpus", "memory"], everywhere)).toBe("memory");
  expect(suggestField("script", [], ["command"], everywhere)).toBe("command");
  expect(suggestField("constructor", [], ["command"], everywhere)).toBeUndefined();
});
