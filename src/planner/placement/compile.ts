import { AloftError } from "../../base/errors.ts";
import { type Graph, incomingOf, type Link, type Node } from "./graph.ts";
import { type Ends, linkBetween, typedTransfers } from "./links.ts";
import type { DataAt, PlacementProblem, StepAtPlaces } from "./problem.ts";

/**
 * The problem in numbers. Steps come first, in their order; a step that can run nowhere has no options. Throws `bad-input` for
 * what is no problem: an unknown or repeated name, a cycle, a list of another length, a number below zero.
 */
export function compile(problem: PlacementProblem): Graph {
  const names: Names = {
    places: indexed(problem.places, "place"),
    steps: indexed(
      problem.steps.map(({ name }) => name),
      "step",
    ),
  };
  const nodes = problem.steps.map((step) => stepNode(step, problem.places, names));
  const ends = [...edgesOf(problem, names)];
  for (const data of problem.inputs ?? []) {
    const flow = { from: null, to: data.step, bytes: data.bytes };
    ends.push({ from: nodes.length, to: find(names.steps, data.step, "step"), flow });
    nodes.push(dataNode(data, names));
  }
  for (const data of problem.results ?? []) {
    const flow = { from: data.step, to: null, bytes: data.bytes };
    ends.push({ from: find(names.steps, data.step, "step"), to: nodes.length, flow });
    nodes.push(dataNode(data, names));
  }
  const order = topologicalOrder(nodes, ends);
  const transfers = typedTransfers(problem);
  const links = ends.map((one) => linkBetween(checked(one), nodes, transfers));
  return { nodes, links, incoming: incomingOf(nodes, links), order };
}

interface Names {
  readonly places: ReadonlyMap<string, number>;
  readonly steps: ReadonlyMap<string, number>;
}

function stepNode(step: StepAtPlaces, places: readonly string[], names: Names): Node {
  const { name, seconds, cost, fixed } = step;
  if (seconds.length !== places.length || cost.length !== places.length)
    throw bad(
      `the step ${name} has ${seconds.length} times and ${cost.length} costs; expected one of each for ${places.length} places`,
    );
  const only = fixed === undefined ? undefined : find(names.places, fixed, "place");
  const [options, times, prices]: [number[], number[], number[]] = [[], [], []];
  for (let place = 0; place < places.length; place += 1) {
    const [time, price] = [seconds[place] ?? null, cost[place] ?? null];
    if (time === null || price === null || (only !== undefined && place !== only)) continue;
    if (!(time >= 0 && price >= 0))
      throw bad(
        `the step ${name} takes ${time} s and costs ${price} at ${places[place]}; expected numbers from 0`,
      );
    if (time + price === Number.POSITIVE_INFINITY) continue;
    options.push(place);
    times.push(time);
    prices.push(price);
  }
  return {
    name,
    isStep: true,
    places: new Int32Array(options),
    seconds: new Float64Array(times),
    cost: new Float64Array(prices),
  };
}

function dataNode({ step, place }: DataAt, names: Names): Node {
  return {
    name: step,
    isStep: false,
    places: Int32Array.of(find(names.places, place, "place")),
    seconds: new Float64Array(1),
    cost: new Float64Array(1),
  };
}

function edgesOf({ edges }: PlacementProblem, { steps }: Names): Ends[] {
  const seen = new Set<string>();
  return edges.map(({ from, to, bytes }) => {
    const ends = { from: find(steps, from, "step"), to: find(steps, to, "step") };
    const key = `${ends.from} ${ends.to}`;
    if (seen.has(key)) throw bad(`there are two edges from ${from} to ${to}; expected one`);
    seen.add(key);
    return { ...ends, flow: { from, to, bytes } };
  });
}

function checked(ends: Ends): Ends {
  const { from, to, bytes } = ends.flow;
  if (bytes >= 0 && bytes < Number.POSITIVE_INFINITY) return ends;
  throw bad(
    `from ${from ?? "its place"} to ${to ?? "its place"} go ${bytes} bytes; expected a number from 0`,
  );
}

function topologicalOrder(
  nodes: readonly Node[],
  links: readonly Pick<Link, "from" | "to">[],
): number[] {
  const waiting = nodes.map(() => 0);
  const following: number[][] = nodes.map(() => []);
  for (const { from, to } of links) {
    waiting[to] = (waiting[to] ?? 0) + 1;
    following[from]?.push(to);
  }
  const order = [...nodes.keys()].filter((node) => waiting[node] === 0);
  for (const node of order)
    for (const next of following[node] ?? []) {
      waiting[next] = (waiting[next] ?? 0) - 1;
      if (waiting[next] === 0) order.push(next);
    }
  if (order.length === nodes.length) return order;
  const stuck = nodes.find((_, node) => (waiting[node] ?? 0) > 0);
  throw bad(`the step ${stuck?.name} waits for a circle of steps that wait for each other`);
}

function indexed(names: readonly string[], kind: string): Map<string, number> {
  const indexes = new Map(names.map((name, index) => [name, index]));
  const twice = names.find((name, index) => indexes.get(name) !== index);
  if (twice !== undefined) throw bad(`there are two ${kind}s of the name ${twice}`);
  return indexes;
}

function find(indexes: ReadonlyMap<string, number>, name: string, kind: string): number {
  const index = indexes.get(name);
  if (index === undefined) throw bad(`there is no ${kind} of the name ${name}`);
  return index;
}

function bad(message: string): AloftError {
  return new AloftError("bad-input", message);
}
