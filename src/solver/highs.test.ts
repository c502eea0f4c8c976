import { afterAll, expect, test } from "vitest";
import { createModelBuilder } from "../planner/placement/mixed-integer.ts";
import { createHighs } from "./highs.ts";

const highs = createHighs();
afterAll(() => highs[Symbol.asyncDispose]());

/** Two things of weights 3 and 4 and worths 2 and 3, of which `room` can be taken. */
function knapsack(room: number, least = 0) {
  const builder = createModelBuilder();
  const [a, b] = [
    builder.column({ upper: 1, integer: true }),
    builder.column({ upper: 1, integer: true }),
  ];
  builder.weigh(a, -2);
  builder.weigh(b, -3);
  const entries = [
    [a, 3],
    [b, 4],
  ] as const;
  builder.row({ lower: least, upper: room, entries });
  return builder.built();
}

test("the best whole numbers", async () => {
  const solution = await highs.solve(knapsack(6), 10);
  expect(solution.status).toBe("optimal");
  expect(Array.from(solution.values ?? [], (value) => Math.abs(value))).toEqual([0, 1]);
  expect(solution.bound).toBeCloseTo(-3, 9);
});

test("what cannot be is told, not thrown", async () => {
  expect(await highs.solve(knapsack(6, 5), 10)).toMatchObject({
    status: "infeasible",
    values: null,
  });
  const builder = createModelBuilder();
  builder.weigh(builder.column({}), -1);
  expect(await highs.solve(builder.built(), 10)).toMatchObject({
    status: "unbounded",
    values: null,
  });
});

test("a model that makes no sense fails, and the next one is solved", async () => {
  const model = knapsack(6);
  const rows = { ...model.rows, indices: Int32Array.of(0, 7) };
  const failed = await highs.solve({ ...model, rows }, 10);
  expect(failed).toMatchObject({ status: "failed", values: null });
  expect((await highs.solve(model, 10)).status).toBe("optimal");
});

test("several models at once are solved one after the other, and after the thread was stopped in a new one", async () => {
  const rooms = [0, 3, 4, 7];
  const solutions = await Promise.all(rooms.map((room) => highs.solve(knapsack(room), 10)));
  expect(solutions.map(({ bound }) => Math.round(bound) + 0)).toEqual([0, -2, -3, -5]);
  await highs[Symbol.asyncDispose]();
  expect((await highs.solve(knapsack(7), 10)).bound).toBeCloseTo(-5, 9);
});

test("a model that takes too long is given up, and the next one is solved", async () => {
  await using hasty = createHighs({ grace: 0 });
  const builder = createModelBuilder();
  const columns = Array.from({ length: 2000 }, () => builder.column({ upper: 1, integer: true }));
  for (const column of columns) builder.weigh(column, -1 - Math.sin(column));
  const entries = columns.map((column) => [column, 1 + Math.cos(column * column)] as const);
  builder.row({ upper: 500, entries });
  const given = await hasty.solve(builder.built(), 0);
  expect(given).toMatchObject({ status: "time limit", values: null });
  expect((await hasty.solve(knapsack(7), 10)).status).toBe("optimal");
});
