import fc from "fast-check";
import type { Amounts, DataAt, DataEdge, Goal, PlacementProblem } from "./problem.ts";

export type Shape = "chain" | "in-tree" | "out-tree" | "forest" | "graph";

/** Small problems of one shape, now and then with a step, a place or a way missing. */
export function problems(shape: Shape, mostSteps: number): fc.Arbitrary<PlacementProblem> {
  return fc
    .record({
      steps: fc.integer({ min: shape === "graph" ? 3 : 1, max: mostSteps }),
      places: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ steps, places }) =>
      fc.record({
        places: fc.constant(Array.from({ length: places }, (_, index) => `p${index}`)),
        steps: fc.tuple(...Array.from({ length: steps }, (_, index) => step(`s${index}`, places))),
        edges: edges(shape, steps),
        inputs: fc.array(dataAt(steps, places), { maxLength: shape === "graph" ? 2 : 1 }),
        results: fc.array(dataAt(steps, places), { maxLength: shape === "chain" ? 0 : 1 }),
        transfers: table(places),
      }),
    );
}

/** Few different numbers, so that there are ties; quarters, so that sums are exact. */
const amount = fc.integer({ min: 0, max: 24 }).map((quarters) => quarters / 4);
const rarely = <T>(value: T, usual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 12, arbitrary: usual });

function step(name: string, places: number): fc.Arbitrary<PlacementProblem["steps"][number]> {
  const list = fc.array(rarely<number | null>(null, amount), {
    minLength: places,
    maxLength: places,
  });
  const fixed = rarely<string | undefined>("p0", fc.constant(undefined));
  return fc.record({ name: fc.constant(name), seconds: list, cost: list, fixed });
}

function edges(shape: Shape, steps: number): fc.Arbitrary<DataEdge[]> {
  const bytes = fc.integer({ min: 0, max: 2 });
  const later = Array.from({ length: steps - 1 }, (_, index) => index + 1);
  if (shape === "graph")
    return fc.tuple(...later.map((to) => edgesTo(to, bytes))).map((all) => all.flat());
  const one = (to: number): fc.Arbitrary<DataEdge[]> =>
    fc
      .record({ other: fc.nat(to - 1), turned: fc.boolean(), apart: fc.boolean(), bytes })
      .map(({ other, turned, apart, bytes }) => {
        if (shape === "forest" && apart && turned) return [];
        const [from, end] = [`s${shape === "chain" ? to - 1 : other}`, `s${to}`];
        const backwards = shape === "in-tree" || (shape === "forest" && turned);
        return [backwards ? { from: end, to: from, bytes } : { from, to: end, bytes }];
      });
  return fc.tuple(...later.map(one)).map((all) => all.flat());
}

/** The third step takes data from the first in two ways, so that the graph is no tree. */
function edgesTo(to: number, bytes: fc.Arbitrary<number>): fc.Arbitrary<DataEdge[]> {
  const earlier = [...Array(to).keys()];
  const froms = to <= 2 ? fc.constant(earlier) : fc.subarray(earlier, { maxLength: 3 });
  return fc
    .tuple(froms, bytes)
    .map(([chosen, size]) =>
      chosen.map((from) => ({ from: `s${from}`, to: `s${to}`, bytes: size })),
    );
}

function dataAt(steps: number, places: number): fc.Arbitrary<DataAt> {
  return fc
    .record({
      step: fc.nat(steps - 1),
      place: fc.nat(places - 1),
      bytes: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ step, place, bytes }) => ({ step: `s${step}`, place: `p${place}`, bytes }));
}

/** Not a multiple of the bytes: what one more byte takes may hang on how many there are. */
function table(places: number): fc.Arbitrary<PlacementProblem["transfers"]> {
  const move = rarely<Amounts | null>(null, fc.record({ seconds: amount, cost: amount }));
  const count = 3 * places * places;
  return fc.array(move, { minLength: count, maxLength: count }).map(
    (moves) =>
      ({ bytes }, from, to) =>
        moves[(bytes * places + from) * places + to] ?? null,
  );
}

/** Every placement there is, by trying all of them. */
export function allPlacements(problem: PlacementProblem): Amounts[] {
  let found: Record<string, number>[] = [{}];
  for (const { name, seconds, cost, fixed } of problem.steps) {
    const able = problem.places.flatMap((place, index) =>
      typeof seconds[index] === "number" &&
      typeof cost[index] === "number" &&
      (fixed === undefined || fixed === place)
        ? [index]
        : [],
    );
    found = found.flatMap((placed) => able.map((index) => ({ ...placed, [name]: index })));
  }
  return found.flatMap((placed) => amountsOf(problem, placed) ?? []);
}

function amountsOf(problem: PlacementProblem, placed: Record<string, number>): Amounts | null {
  const { places, steps, edges, inputs = [], results = [], transfers } = problem;
  if (typeof transfers !== "function") throw new Error("expected a function");
  const placeOf = (name: string): number => placed[name] ?? -1;
  const index = (place: string): number => places.indexOf(place);
  const none = { seconds: 0, cost: 0 };
  const moves = [
    ...edges.map(({ from, to, bytes }) => ({
      ...{ from, to },
      move: bytes === 0 ? none : transfers({ from, to, bytes }, placeOf(from), placeOf(to)),
    })),
    ...inputs.map(({ step: to, place, bytes }) => ({
      ...{ from: null, to },
      move: transfers({ from: null, to, bytes }, index(place), placeOf(to)),
    })),
    ...results.map(({ step: from, place, bytes }) => ({
      ...{ from, to: null },
      move: transfers({ from, to: null, bytes }, placeOf(from), index(place)),
    })),
  ];
  if (moves.some(({ move }) => move === null)) return null;
  const endOf = (name: string | null): number => {
    const arrivals = moves
      .filter(({ to }) => to === name)
      .map(({ from, move }) => (from === null ? 0 : endOf(from)) + (move?.seconds ?? 0));
    const own = steps.find((step) => step.name === name)?.seconds[placeOf(name ?? "")] ?? 0;
    return Math.max(0, ...arrivals) + own;
  };
  const seconds = Math.max(endOf(null), ...steps.map(({ name }) => endOf(name)));
  const prices = steps.map(({ name, cost }) => cost[placeOf(name)] ?? 0);
  const cost = [...prices, ...moves.map(({ move }) => move?.cost ?? 0)].reduce((a, b) => a + b, 0);
  return { seconds, cost };
}

/** The best of all, or the best that can be reached of what is limited, or nothing. */
export function bestByTrying(
  problem: PlacementProblem,
  { minimise, deadline = Infinity, budget = Infinity }: Goal,
): { best: Amounts } | { reachable: number } | null {
  const all = allPlacements(problem);
  const [aim, other] =
    minimise === "cost" ? (["cost", "seconds"] as const) : (["seconds", "cost"] as const);
  const [most, limit] = minimise === "cost" ? [budget, deadline] : [deadline, budget];
  if (all.length === 0) return null;
  const kept = all.filter((one) => one[other] <= limit);
  const [best] = kept.toSorted((a, b) => a[aim] - b[aim] || a[other] - b[other]);
  if (!best) return { reachable: Math.min(...all.map((one) => one[other])) };
  return best[aim] <= most ? { best } : { reachable: best[aim] };
}
