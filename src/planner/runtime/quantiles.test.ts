import fc from "fast-check";
import { expect, test } from "vitest";
import { normalQuantile, studentQuantile } from "./quantiles.ts";

test.each([
  [0.5, 0],
  [0.9, 1.2815515655],
  [0.975, 1.9599639845],
  [0.999, 3.0902323062],
  [0.025, -1.9599639845],
])("normal quantile of %d", (p, expected) => {
  expect(normalQuantile(p)).toBeCloseTo(expected, 6);
});

// From the tables of Student's distribution.
test.each([
  [0.95, 1, 6.3138],
  [0.95, 2, 2.92],
  [0.95, 3, 2.3534],
  [0.95, 4, 2.1318],
  [0.9, 5, 1.4759],
  [0.975, 10, 2.2281],
  [0.95, 30, 1.6973],
  [0.995, 8, 3.3554],
])("Student's quantile of %d with %d degrees of freedom", (p, freedom, expected) => {
  expect(studentQuantile(p, freedom)).toBeCloseTo(expected, 2);
});

test("Student's quantile lies above the normal one and falls to it", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.6, max: 0.999, noNaN: true }),
      fc.integer({ min: 3, max: 200 }),
      (p, freedom) => {
        const student = studentQuantile(p, freedom);
        expect(student).toBeGreaterThan(normalQuantile(p) * 0.9999);
        expect(student).toBeLessThan(studentQuantile(p, freedom - 1) * 1.0001);
      },
    ),
  );
});
