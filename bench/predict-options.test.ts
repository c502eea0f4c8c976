import { expect, test } from "vitest";
import { parsePredictOptions } from "./predict-options.ts";

const names = ["c3o", "coremark"];

test("without options: all experiments, one seed, the reference data beside the project", () => {
  expect(parsePredictOptions([], names)).toEqual({
    data: "../shared/data",
    only: [],
    seed: 1,
    json: false,
  });
});

test.each([
  [["--only", "c3p"], '--only has "c3p": there are c3o, coremark'],
  [["--seed", "x"], '--seed is "x": expected a whole number from 0'],
])("%j is told what is wrong", (argv, message) => {
  expect(parsePredictOptions(argv, names)).toMatchObject({ message });
});

test("help is asked for", () => {
  expect(parsePredictOptions(["--help"], names)).toBe("help");
});
