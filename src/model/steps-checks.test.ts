import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkSteps } from "./steps-checks.ts";
import { stepEdges, Steps } from "./steps.ts";
import { fieldName } from "./workload-problem.ts";

type StepInput = Partial<z.input<typeof Steps>[number]>;

function problems(steps: readonly StepInput[]): string[] {
  const parsed = Steps.parse(steps.map((step) => ({ command: "x", ...step })));
  return checkSteps(parsed).map(({ path, message }) => `${fieldName(path)}: ${message}`);
}

test.each<[readonly StepInput[], string[]]>([
  [[{ name: "a" }, { name: "b", from: { a: "1 GiB" } }, { name: "c", after: ["a", "b"] }], []],
  [
    [{ name: "a", command: "  " }],
    ["steps[0].command: the step a has a blank command; expected a program to run"],
  ],
  [
    [{ name: "a", command: ["", "x"] }],
    ["steps[0].command[0]: the step a has a blank command; expected a program to run"],
  ],
  [
    [{ name: "a" }, { name: "b" }, { name: "a" }],
    ["steps[2].name: there is a step a already, steps[0]; expected a name of its own"],
  ],
  [
    [{ name: "prepare" }, { name: "solve", from: { prepar: 10 }, after: ["plot"] }],
    [
      'steps[1].from.prepar: there is no step "prepar"; did you mean "prepare"?',
      'steps[1].after[0]: there is no step "plot"; expected one of prepare',
    ],
  ],
  [
    [{ name: "a" }, { name: "b", from: { a: 1 }, after: ["a"] }, { name: "c", after: ["a", "a"] }],
    [
      "steps[1].after[0]: b takes data from a and so comes after it already; leave it out of after",
      "steps[2].after[1]: a is there twice; expected it once",
    ],
  ],
  [[{ name: "a", after: ["a"] }], ["steps[0].after[0]: the step a waits for itself"]],
  [
    [
      { name: "a", from: { c: 1 } },
      { name: "b", after: ["a"] },
      { name: "c", from: { b: 1 } },
    ],
    ["steps[1].after[0]: the steps wait for each other in a circle: a for c, c for b, b for a"],
  ],
])("%j", (steps, expected) => {
  expect(problems(steps)).toEqual(expected);
});

test("a step without a command is told by the schema", () => {
  expect(Steps.safeParse([{ name: "a" }]).error?.issues[0]?.path).toEqual([0, "command"]);
});

test("edges are in the order of the steps; what is not known stays so", () => {
  const steps = Steps.parse([
    { name: "a", command: "x" },
    { name: "b", command: "x", from: { a: "unknown" } },
    { name: "c", command: "x", from: { a: "1 KiB" }, after: ["b"] },
  ]);
  expect(stepEdges(steps)).toEqual([
    { from: "a", to: "b", bytes: null },
    { from: "a", to: "c", bytes: 1024 },
    { from: "b", to: "c", bytes: 0 },
  ]);
});

test("steps that only look back have no circle; one more that closes a way has", () => {
  const graphs = fc
    .integer({ min: 2, max: 8 })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, index) => fc.subarray([...Array(index).keys()])),
      ),
    );
  fc.assert(
    fc.property(graphs, (befores) => {
      const steps = befores.map((before, index) => ({
        name: `s${index}`,
        after: before.map((other) => `s${other}`),
      }));
      expect(problems(steps)).toEqual([]);
      const last = befores.findLastIndex((before) => before.length > 0);
      const [first] = befores[last] ?? [];
      if (first === undefined) return;
      steps[first]?.after.push(`s${last}`);
      expect(problems(steps).some((text) => text.includes("in a circle"))).toBe(true);
    }),
  );
});

test("editors are told what a step is", () => {
  expect(z.toJSONSchema(Steps, { io: "input" })).toMatchObject({
    type: "array",
    items: { required: ["name", "command"] },
  });
});
