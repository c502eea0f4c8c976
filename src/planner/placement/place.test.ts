import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { createHighs } from "../../solver/highs.ts";
import { placeSteps } from "./place.ts";
import type { Goal, PlacementProblem } from "./problem.ts";

const highs = createHighs();
const { solve } = highs;
afterAll(() => highs[Symbol.asyncDispose]());
/** Fast costs five times what slow does; moving a byte takes a second and costs 1. */
const pipeline: PlacementProblem = {
  places: ["slow", "fast"],
  steps: [
    { name: "prepare", seconds: [10, 4], cost: [1, 5] },
    { name: "solve", seconds: [100, 20], cost: [10, 50] },
    { name: "plot", seconds: [5, 2], cost: [1, 5] },
  ],
  edges: [
    { from: "prepare", to: "solve", bytes: 3 },
    { from: "solve", to: "plot", bytes: 1 },
  ],
  transfers: {
    latency: [0, 0, 0, 0],
    secondsPerByte: [0, 1, 1, 0],
    costPerByte: [0, 1, 1, 0],
  },
};

const place = (problem: Partial<PlacementProblem>, goal: Goal) =>
  placeSteps({ ...pipeline, ...problem }, goal, { solve });

test("each step has its place and its time, each transfer both ends", async () => {
  const goal: Goal = { minimise: "cost", deadline: 60 };
  const { placement } = await place(
    { inputs: [{ step: "prepare", place: "slow", bytes: 2 }] },
    goal,
  );
  expect(placement?.steps.map(({ step, place, start, end }) => [step, place, start, end])).toEqual([
    ["prepare", "slow", 0, 10],
    ["solve", "fast", 13, 33],
    ["plot", "slow", 34, 39],
  ]);
  expect(placement).toMatchObject({ seconds: 39, cost: 56 });
  expect(placement?.transfers).toEqual([
    ...[
      {
        from: "prepare",
        to: "solve",
        bytes: 3,
        fromPlace: "slow",
        toPlace: "fast",
        seconds: 3,
        cost: 3,
      },
      {
        from: "solve",
        to: "plot",
        bytes: 1,
        fromPlace: "fast",
        toPlace: "slow",
        seconds: 1,
        cost: 1,
      },
      {
        from: null,
        to: "prepare",
        bytes: 2,
        fromPlace: "slow",
        toPlace: "slow",
        seconds: 0,
        cost: 0,
      },
    ],
  ]);
  expect(placement?.alternatives).toEqual([
    { everythingAt: "fast", seconds: 28, cost: 62, keepsLimits: true },
    { everythingAt: "slow", seconds: 115, cost: 12, keepsLimits: false },
  ]);
});

test("results that are wanted elsewhere have to get there", async () => {
  const results = [{ step: "plot", place: "slow", bytes: 4 }];
  const { placement } = await place({ results }, { minimise: "time" });
  expect(placement?.steps.map(({ place }) => place)).toEqual(["fast", "fast", "slow"]);
  expect(placement?.seconds).toBe(30);
});

test.each<Goal>([{ minimise: "cost" }, { minimise: "time" }])(
  "of equal placements always the same: of a tree the first in the order of places, for %j",
  async (goal) => {
    const steps = pipeline.steps.map((step) => ({ ...step, seconds: [1, 1], cost: [1, 1] }));
    const tree = await place({ steps }, goal);
    expect(tree.placement?.steps.map((step) => step.place)).toEqual(["slow", "slow", "slow"]);
    expect(await place({ steps }, goal)).toEqual(tree);
    const edges = [...pipeline.edges, { from: "prepare", to: "plot", bytes: 0 }];
    const graph = await place({ steps, edges }, goal);
    expect(await place({ steps, edges }, goal)).toEqual(graph);
  },
);

test("where time runs out, the best that was found is told with how far it may be from the best", async () => {
  const random = seededRandom(1);
  const numbers = (count: number) => Array.from({ length: count }, () => random());
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const problem: PlacementProblem = {
    places: Array.from({ length: 12 }, (_, index) => `p${index}`),
    steps: names.map((name) => ({ name, seconds: numbers(12), cost: numbers(12) })),
    edges: names.flatMap((to, index) =>
      names.slice(0, index).map((from) => ({ from, to, bytes: 1 })),
    ),
    transfers: {
      latency: numbers(144),
      secondsPerByte: numbers(144),
      costPerByte: numbers(144),
    },
  };
  const goal: Goal = { minimise: "cost" };
  const { placement } = await placeSteps(problem, goal, { solve, seconds: 0 });
  const { gap, text } = placement?.proof ?? { gap: 0, text: "" };
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThanOrEqual(1);
  expect(text).toMatch(/^within [\d.]+ % by HiGHS when time ran out$/);
});

test.each<[string, Partial<PlacementProblem>, Goal, object]>([
  [
    "a step that can run nowhere",
    {
      steps: pipeline.steps.map((step) =>
        step.name === "solve" ? { ...step, cost: [null, null] } : step,
      ),
    },
    { minimise: "time" },
    {
      refusal: {
        code: "no-place",
        message: expect.stringContaining("the step solve can run at none"),
      },
    },
  ],
  [
    "a step that is to run where it cannot",
    { steps: pipeline.steps.map((step) => ({ ...step, seconds: [1, null], fixed: "fast" })) },
    { minimise: "time" },
    {
      refusal: { code: "no-place", message: expect.stringContaining("prepare is to run at fast") },
    },
  ],
  [
    "data that cannot leave",
    {
      transfers: () => null,
      inputs: [{ step: "prepare", place: "slow", bytes: 1 }],
    },
    { minimise: "cost" },
    { refusal: { code: "no-way", message: expect.stringContaining("from prepare to solve") } },
  ],
  [
    "a deadline",
    {},
    { minimise: "cost", deadline: 20 },
    {
      refusal: {
        code: "deadline",
        message: "the deadline of 20.0 s cannot be kept: no placement takes less than 26.0 s",
      },
      reachable: 26,
    },
  ],
  [
    "a budget within the deadline",
    {},
    { minimise: "cost", deadline: 30, budget: 20 },
    {
      refusal: {
        code: "budget",
        message:
          "the budget of 20 cannot be kept: no placement within the deadline of 30.0 s costs less than 57",
      },
      reachable: 57,
    },
  ],
])("%s is told", async (_, problem, goal, expected) => {
  expect(await place(problem, goal)).toMatchObject({ placement: null, ...expected });
});

test.each<[string, Partial<PlacementProblem>, Partial<Goal>]>([
  [
    "there are two edges from prepare to solve",
    { edges: [...pipeline.edges, { from: "prepare", to: "solve", bytes: 1 }] },
    {},
  ],
  ["waits for", { edges: [...pipeline.edges, { from: "plot", to: "prepare", bytes: 1 }] }, {}],
  ["there is no step of the name x", { edges: [{ from: "x", to: "plot", bytes: 1 }] }, {}],
  [
    "there is no place of the name moon",
    { inputs: [{ step: "plot", place: "moon", bytes: 1 }] },
    {},
  ],
  [
    "there are two steps of the name plot",
    { steps: [...pipeline.steps, { name: "plot", seconds: [1, 1], cost: [1, 1] }] },
    {},
  ],
  [
    "expected one of each for 2 places",
    { steps: [{ name: "a", seconds: [1], cost: [1] }], edges: [] },
    {},
  ],
  ["expected numbers from 0", { transfers: () => ({ seconds: -1, cost: 0 }) }, {}],
  [
    "costPerByte[1] is -2",
    {
      transfers: {
        latency: [0, 0, 0, 0],
        secondsPerByte: [0, 0, 0, 0],
        costPerByte: [0, -2, 0, 0],
      },
    },
    {},
  ],
  [
    "latency has 1 entries; expected 2 × 2",
    { transfers: { latency: [0], secondsPerByte: [0, 0, 0, 0], costPerByte: [0, 0, 0, 0] } },
    {},
  ],
  ["go -1 bytes", { edges: [{ from: "prepare", to: "solve", bytes: -1 }] }, {}],
  ["the deadline is NaN", {}, { deadline: Number.NaN }],
])("bad input: %s", async (message, problem, goal) => {
  await expect(place(problem, { minimise: "cost", ...goal })).rejects.toThrow(
    expect.objectContaining({ code: "bad-input", message: expect.stringContaining(message) }),
  );
});
