import type { PlacementProblem } from "../src/planner/placement/problem.ts";

export type Shape = "chain" | "in-tree" | "mixed tree" | "diamonds";

export interface Size {
  readonly steps: number;
  readonly places: number;
}

/**
 * A made-up problem: faster places cost more, with noise of each step's own; one option in ten is missing; every pair of places has its
 * own bandwidth and price, so that no place can be left out because another is better in all.
 */
export function madeUp(
  shape: Shape,
  { steps, places }: Size,
  random: () => number,
): PlacementProblem {
  const speeds = Array.from({ length: places }, () => 1 + 9 * random());
  const prices = speeds.map((speed) => (speed * (0.5 + random())) / 3600);
  const matrix = (entry: () => number): Float64Array =>
    Float64Array.from({ length: places * places }, (_, index) =>
      Math.floor(index / places) === index % places ? 0 : entry(),
    );
  return {
    places: speeds.map((_, index) => `place ${index}`),
    steps: Array.from({ length: steps }, (_, index) => {
      const work = 600 + 6000 * random();
      const seconds = speeds.map((speed) =>
        random() < 0.1 ? null : (work / speed) * (0.8 + 0.4 * random()),
      );
      const cost = seconds.map((time, place) => time && time * (prices[place] ?? 0));
      return { name: `step ${index}`, seconds, cost };
    }),
    edges: edgesOf(shape, steps, random).map(([from, to]) => ({
      ...{ from: `step ${from}`, to: `step ${to}` },
      bytes: Math.ceil(1e11 * random()),
    })),
    transfers: {
      latency: matrix(() => 0.1 * random()),
      secondsPerByte: matrix(() => 1 / (1e8 + 1e9 * random())),
      costPerByte: matrix(() => 1e-10 * random()),
    },
  };
}

function edgesOf(shape: Shape, steps: number, random: () => number): [number, number][] {
  const later = Array.from({ length: steps - 1 }, (_, index) => index + 1);
  if (shape === "chain") return later.map((to) => [to - 1, to]);
  // A step in two after one, and one after both.
  if (shape === "diamonds")
    return later.flatMap((to): [number, number][] =>
      to % 3 === 0
        ? [
            [to - 2, to],
            [to - 1, to],
          ]
        : [[to - (to % 3), to]],
    );
  return later.map((to) => {
    const other = Math.floor(random() * to);
    return shape === "in-tree" || random() < 0.5 ? [to, other] : [other, to];
  });
}

/** The same with the transfers told by a function, as prices by tier would be. */
export function byFunction(problem: PlacementProblem): PlacementProblem {
  const { transfers, places } = problem;
  if (typeof transfers === "function") return problem;
  const { latency, secondsPerByte, costPerByte } = transfers;
  return {
    ...problem,
    transfers: ({ bytes }, from, to) => {
      const cell = from * places.length + to;
      return {
        seconds: (latency[cell] ?? 0) + bytes * (secondsPerByte[cell] ?? 0),
        cost: bytes * (costPerByte[cell] ?? 0),
      };
    },
  };
}

/** A third of the way from the best by one measure to the best by the other: neither of them keeps it. */
export function between(least: number, other: number): number {
  return least + (other - least) / 3;
}
