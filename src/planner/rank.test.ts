import fc from "fast-check";
import { expect, test } from "vitest";
import { leading, order, type Scores, undominated, type Wish } from "./rank.ts";

/** Rows of seconds, price and price of an hour; `null` is unknown. */
function scoresOf(rows: readonly (readonly [number | null, number | null, number?])[]): Scores {
  const column = (at: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[at] ?? Number.NaN);
  return {
    seconds: column(0),
    price: column(1),
    hourly: column(2),
    timed: Uint8Array.from(rows, ([seconds]) => (seconds === null ? 0 : 1)),
  };
}

function ordered(scores: Scores, wish: Wish): number[] {
  return [...order(Uint32Array.from(scores.seconds.keys()), scores, wish)];
}

const three = scoresOf([
  [10, 5],
  [20, 1],
  [30, 3],
]);

test("the fastest, the cheapest", () => {
  expect(ordered(three, { objective: "fastest" })).toEqual([0, 1, 2]);
  expect(ordered(three, { objective: "cheapest" })).toEqual([1, 2, 0]);
});

test("of those in time the cheapest, then the others by time", () => {
  expect(ordered(three, { objective: "deadline", deadline: 25 })).toEqual([1, 0, 2]);
  expect(ordered(three, { objective: "deadline", deadline: 5 })).toEqual([0, 1, 2]);
});

test("of those that can be paid the fastest, then the others by price", () => {
  expect(ordered(three, { objective: "budget", budget: 3 })).toEqual([1, 2, 0]);
  expect(ordered(three, { objective: "budget", budget: 0.5 })).toEqual([1, 2, 0]);
});

test("an unknown price is no proof that it can be paid, nor an unknown time that it is in time", () => {
  const scores = scoresOf([
    [1, null],
    [2, 2],
    [null, null, 0.1],
  ]);
  expect(ordered(scores, { objective: "budget", budget: 3 })).toEqual([1, 0, 2]);
});

test("without a time the cheapest hour comes first, after all that have one", () => {
  const scores = scoresOf([
    [null, null, 3],
    [null, null, 1],
    [50, null, 9],
    [null, null],
  ]);
  for (const objective of ["fastest", "cheapest", "pareto"] as const)
    expect(ordered(scores, { objective })).toEqual([2, 1, 0, 3]);
});

const anyScores = fc
  .array(
    fc.tuple(
      fc.option(fc.integer({ min: 0, max: 20 }), { freq: 5 }),
      fc.option(fc.integer({ min: 0, max: 20 }), { freq: 5 }),
      fc.integer({ min: 0, max: 20 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map(scoresOf);
const anyWish = fc.record({
  objective: fc.constantFrom("fastest", "cheapest", "deadline", "budget", "pareto"),
  deadline: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  budget: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
}) as fc.Arbitrary<Wish>;

test("the leading part is the beginning of the whole order", () => {
  fc.assert(
    fc.property(anyScores, anyWish, fc.integer({ min: 1, max: 70 }), (scores, wish, count) => {
      const all = Uint32Array.from(scores.seconds.keys());
      const part = [...leading(all, { scores, wish, count })];
      expect(part.length).toBeGreaterThanOrEqual(Math.min(count, all.length));
      expect(part).toEqual([...order(all, scores, wish)].slice(0, part.length));
    }),
  );
});

test("the Pareto set is what no other is better than in one and at least as good as in the other", () => {
  fc.assert(
    fc.property(anyScores, (scores) => {
      const { seconds, price } = scores;
      const all = [...seconds.keys()].filter(
        (at) => !Number.isNaN(seconds[at]) && !Number.isNaN(price[at]),
      );
      const beats = (a: number, b: number): boolean => {
        const [sa = 0, sb = 0, pa = 0, pb = 0] = [seconds[a], seconds[b], price[a], price[b]];
        return sa <= sb && pa <= pb && (sa < sb || pa < pb);
      };
      const expected = all.filter((one) => !all.some((other) => beats(other, one)));
      const found = undominated(Uint32Array.from(seconds.keys()), scores);
      expect([...found].toSorted((a, b) => a - b)).toEqual(expected);
    }),
  );
});
