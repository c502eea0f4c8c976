import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createHighs } from "../../solver/highs.ts";
import { placeSteps } from "./place.ts";
import type { Goal, PlacementProblem } from "./problem.ts";
import { allPlacements, bestByTrying, problems, type Shape } from "./testing-problems.ts";

const highs = createHighs();
const { solve } = highs;
afterAll(() => highs[Symbol.asyncDispose]());
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

/** What is to be compared: sums of quarters are exact, and so is what is done with them. */
async function found(problem: PlacementProblem, goal: Goal, shape: Shape): Promise<unknown> {
  const outcome = await placeSteps(problem, goal, { solve: shape === "graph" ? solve : never });
  if (outcome.placement === null)
    return outcome.reachable === undefined ? null : { reachable: rounded(outcome.reachable) };
  const { seconds, cost, proof } = outcome.placement;
  return { best: { seconds: rounded(seconds), cost: rounded(cost) }, proof: proof.text };
}

function expected(problem: PlacementProblem, goal: Goal, shape: Shape): unknown {
  const best = bestByTrying(problem, goal);
  if (best === null || !("best" in best)) return best;
  return { ...best, proof: `optimal by ${shape === "graph" ? "HiGHS" : "dynamic programming"}` };
}

function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

test.each<[Shape, number, number]>([
  ["chain", 6, 300],
  ["in-tree", 6, 300],
  ["out-tree", 6, 300],
  ["forest", 6, 400],
  ["graph", 5, 60],
])("the best placement of a %s is the best of all placements", async (shape, steps, runs) => {
  await fc.assert(
    fc.asyncProperty(problems(shape, steps), goals, async (problem, drawn) => {
      const goal = limited(problem, drawn);
      expect(await found(problem, goal, shape)).toEqual(expected(problem, goal, shape));
    }),
    { numRuns: runs },
  );
});
