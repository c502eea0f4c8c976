import fc from "fast-check";
import { expect, test } from "vitest";
import { createHighs } from "./highs.ts";
import { placeSteps } from "./place.ts";
import type { Goal, PlacementProblem } from "./problem.ts";
import { allPlacements, bestByTrying, problems, type Shape } from "./testing-problems.ts";

const solve = createHighs();
const never = (): never => {
  throw new Error("a tree needs no solver");
};

/** Goals whose limits lie between the least and the most that placements take, and just outside. */
const goals = fc.record({
  minimise: fc.constantFrom("cost", "time"),
  deadline: fc.option(fc.integer({ min: -1, max: 8 }), { nil: undefined, freq: 2 }),
  budget: fc.option(fc.integer({ min: -1, max: 8 }), { nil: undefined, freq: 2 }),
});

function limited(
  problem: PlacementProblem,
  goal: { minimise: Goal["minimise"]; deadline: number | undefined; budget: number | undefined },
): Goal {
  const all = allPlacements(problem);
  const limit = (part: number | undefined, amounts: readonly number[]): number | undefined => {
    if (part === undefined || amounts.length === 0) return part && Math.max(0, part);
    const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
    // To a whole, so that no limit lies within rounding of a sum.
    return Math.max(0, Math.floor(least + (part / 8) * (most - least)) + 0.125);
  };
  return {
    minimise: goal.minimise,
    deadline: limit(
      goal.deadline,
      all.map(({ seconds }) => seconds),
    ),
    budget: limit(
      goal.budget,
      all.map(({ cost }) => cost),
    ),
  };
}

async function check(problem: PlacementProblem, goal: Goal, shape: Shape): Promise<void> {
  const outcome = await placeSteps(problem, goal, { solve: shape === "graph" ? solve : never });
  const expected = bestByTrying(problem, goal);
  const { placement } = outcome;
  if (expected !== null && "best" in expected) {
    expect(placement?.seconds).toBeCloseTo(expected.best.seconds, 9);
    expect(placement?.cost).toBeCloseTo(expected.best.cost, 9);
    expect(placement?.proof.gap).toBe(0);
    if (shape !== "graph") expect(placement?.proof.text).toBe("optimal by dynamic programming");
  } else {
    expect(placement).toBeNull();
    const reachable = placement === null && "reachable" in outcome ? outcome.reachable : undefined;
    if (expected === null) expect(reachable).toBeUndefined();
    else expect(reachable).toBeCloseTo(expected.reachable, 9);
  }
}

test.each<[Shape, number, number]>([
  ["chain", 6, 300],
  ["in-tree", 6, 300],
  ["out-tree", 6, 300],
  ["forest", 6, 400],
  ["graph", 5, 60],
])("the best placement of a %s is the best of all placements", async (shape, steps, runs) => {
  await fc.assert(
    fc.asyncProperty(problems(shape, steps), goals, (problem, goal) =>
      check(problem, limited(problem, goal), shape),
    ),
    { numRuns: runs },
  );
});
