import fc from "fast-check";
import { expect, test } from "vitest";
import { roofline } from "./roofline.ts";
import type { FitContext } from "./scaling-fit.ts";
import { fitScalingModel, halfWidthOf, predictWith, type ScalingModel } from "./scaling-model.ts";
import type { ScalingPoint } from "./scaling-point.ts";
import { gaussian, point, rated, seeded } from "./testing-runs.ts";

const a = rated("a", 8, { coremark: 100_000 });
const alone: FitContext = { machines: new Map([["a", a]]), roofline: null, over: "machines" };

function fitted(points: readonly ScalingPoint[], context = alone): ScalingModel {
  const model = fitScalingModel(points, context);
  if (model === null) throw new Error("no model");
  return model;
}

function at(model: ScalingModel, scale: number, size: number, machine = a): number {
  const prediction = predictWith(model, { scale, size, parameters: [] }, machine);
  return prediction === null ? Number.NaN : Math.exp(prediction.log);
}

const laws: Record<string, (n: number, size: number) => number> = {
  "a serial and a shared part": (n, size) => 20 + (100 * size) / n,
  "all shared": (n, size) => (300 * size) / n,
  "Ernest's four summands": (n, size) => 15 + (200 * size) / n + 4 * Math.log(n) + 0.8 * n,
  "one that coordinates": (n, size) => 30 + (100 * size) / (n - 1),
  "each summand with its own part of the size": (n, size) => 5 + 10 * size + (60 * size) / n,
  "work that is the square of the size": (n, size) => 10 + (50 * size ** 2) / n,
};

test.each(Object.keys(laws))("%s: the law is found again", (name) => {
  const law = laws[name] ?? (() => 1);
  const points = [2, 3, 4, 6, 8, 12].flatMap((n) =>
    [1, 2, 3, 4].map((size) => point(n, size, law(n, size))),
  );
  const model = fitted(points);
  for (const [n, size] of [
    [5, 2.5],
    [10, 1],
    [16, 4],
  ] as const)
    expect(at(model, n, size) / law(n, size)).toBeCloseTo(1, 1);
});

test("fewer than three places give no curve", () => {
  expect(fitScalingModel([], alone)).toBeNull();
  expect(fitScalingModel([point(2, 1, 10), point(4, 1, 6), point(4, 1, 6)], alone)).toBeNull();
});

test("few runs give a curve of few coefficients", () => {
  const model = fitted([point(1, 1, 100), point(2, 1, 55), point(4, 1, 33)]);
  expect(model.fit.curve.coefficients.length).toBeLessThanOrEqual(2);
  expect(at(model, 8, 1)).toBeGreaterThan(15);
  expect(at(model, 8, 1)).toBeLessThan(33);
});

test("a curve with a coordinator says nothing of one machine alone", () => {
  const points = [2, 3, 4, 6, 8, 12].map((n) => point(n, 1, 30 + 100 / (n - 1)));
  expect(at(fitted(points), 1, 1)).toBeNaN();
});

test("one strange run does not bend the curve", () => {
  const points = [1, 2, 3, 4, 6, 8, 12, 16].map((n) =>
    point(n, 1, (20 + 100 / n) * (n === 6 ? 4 : 1)),
  );
  expect(at(fitted(points), 6, 1)).toBeLessThan(45);
});

test("a machine that nobody has used is told by its rates, and less surely", () => {
  const machines = [a, rated("b", 8, { coremark: 200_000 }), rated("c", 8, { coremark: 50_000 })];
  const found = roofline("compute", [{ kind: "compute", name: "coremark" }]);
  const context: FitContext = {
    machines: new Map(machines.map((one) => [one.name, one])),
    roofline: found,
    over: "cpus",
  };
  const points = ["a", "b"].flatMap((machine) =>
    [1, 2, 4, 8].map((n) => ({
      ...point(n, 1, (20 + 100 / n) / (machine === "b" ? 2 : 1)),
      machine,
    })),
  );
  const model = fitted(points, context);
  const [, b = a, c = a] = machines;
  expect(at(model, 4, 1, b)).toBeCloseTo(22.5, 0);
  expect(at(model, 4, 1, c) / 90).toBeGreaterThan(0.85);
  expect(at(model, 4, 1, c) / 90).toBeLessThan(1.15);
  const half = (machine: typeof a): number => {
    const prediction = predictWith(model, { scale: 4, size: 1, parameters: [] }, machine);
    return prediction === null ? Number.NaN : halfWidthOf(model, prediction, 0.8);
  };
  expect(half(c)).toBeGreaterThan(half(a));
});

test("the interval widens with the distance from what was seen", () => {
  const random = seeded(3);
  const points = [2, 4, 6, 8, 12].flatMap((n) =>
    [1, 2, 4].map((size) =>
      point(n, size, (10 + (80 * size) / n) * Math.exp(0.03 * gaussian(random))),
    ),
  );
  const model = fitted(points);
  const half = (scale: number, size: number): number => {
    const prediction = predictWith(model, { scale, size, parameters: [] }, a);
    return prediction === null ? Number.NaN : halfWidthOf(model, prediction, 0.8);
  };
  const further = fc.double({ min: 1.01, max: 4, noNaN: true });
  fc.assert(
    fc.property(further, further, (near, more) => {
      expect(half(12 * near * more, 2)).toBeGreaterThan(half(12 * near, 2));
      expect(half(4, 4 * near * more)).toBeGreaterThan(half(4, 4 * near));
      expect(half(12 * near, 2)).toBeGreaterThan(half(6, 2));
    }),
  );
});

// 150 trials of probability 0.9 give 120 to 148 but one time in 1000 on either side.
test("90 % intervals hold nine of ten new runs", () => {
  const random = seeded(11);
  let inside = 0;
  for (let trial = 0; trial < 150; trial += 1) {
    const law = (n: number): number => 10 + 90 / n;
    const noisy = (n: number): number => law(n) * Math.exp(0.05 * gaussian(random));
    const model = fitted([2, 3, 4, 5, 6, 8, 10, 12].map((n) => point(n, 1, noisy(n))));
    const scale = 3 + 8 * random();
    const prediction = predictWith(model, { scale, size: 1, parameters: [] }, a);
    if (prediction === null) throw new Error("no prediction");
    const off = Math.abs(Math.log(noisy(scale)) - prediction.log);
    if (off <= halfWidthOf(model, prediction, 0.9)) inside += 1;
  }
  expect(inside).toBeGreaterThanOrEqual(120);
  expect(inside).toBeLessThanOrEqual(148);
});

test("parameters are interpolated, as they are or by their logarithms", () => {
  const points = [2, 4, 8].flatMap((n) =>
    [1e-4, 1e-3, 1e-2].map((tolerance) => ({
      ...point(n, 1, (5 + 40 / n) * Math.log(1 / tolerance)),
      parameters: [tolerance],
    })),
  );
  const model = fitted(points);
  const place = { scale: 4, size: 1, parameters: [10 ** -2.5] };
  const prediction = predictWith(model, place, a);
  expect(Math.exp(prediction?.log ?? 0)).toBeCloseTo(15 * Math.log(10 ** 2.5), 0);
});
