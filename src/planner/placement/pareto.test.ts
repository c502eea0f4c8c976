import fc from "fast-check";
import { expect, test } from "vitest";
import { paretoPlacements } from "./pareto.ts";
import { allPlacements, problems } from "./testing-problems.ts";

test.each(["chain", "in-tree", "out-tree"] as const)(
  "the front of a %s is what no placement of all beats",
  (shape) => {
    fc.assert(
      fc.property(problems(shape, 6), (drawn) => {
        // Data that comes from or goes elsewhere on the way would make branches of the other direction.
        const problem = { ...drawn, inputs: [], results: [] };
        const outcome = paretoPlacements(problem);
        const found = "placements" in outcome ? outcome.placements : [];
        const all = allPlacements(problem);
        const unbeaten = all.filter(
          (one) =>
            !all.some(
              (other) =>
                other.seconds <= one.seconds &&
                other.cost <= one.cost &&
                (other.seconds < one.seconds || other.cost < one.cost),
            ),
        );
        const pairs = new Set(unbeaten.map(({ seconds, cost }) => `${seconds} ${cost}`));
        expect(new Set(found.map(({ seconds, cost }) => `${seconds} ${cost}`))).toEqual(pairs);
        expect(found).toHaveLength(pairs.size);
        expect(found.map(({ seconds }) => seconds)).toEqual(
          found.map(({ seconds }) => seconds).toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 200 },
    );
  },
);

test("a fork that joins again has no known front", () => {
  const step = (name: string) => ({ name, seconds: [1], cost: [1] });
  const edge = (from: string, to: string) => ({ from, to, bytes: 1 });
  const outcome = paretoPlacements({
    places: ["here"],
    steps: ["a", "b", "c", "d"].map(step),
    edges: [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")],
    transfers: () => ({ seconds: 0, cost: 0 }),
  });
  expect(outcome).toMatchObject({ placement: null, refusal: { code: "no-front" } });
});
