import type { Flow } from "./problem.ts";

/** A step, or data that lies or is wanted somewhere, with the places that are possible for it: its options. */
export interface Node {
  readonly name: string;
  /** Whether it is a step of the problem, and not the place of data. */
  readonly isStep: boolean;
  /** The place of each option. */
  readonly places: Int32Array;
  readonly seconds: Float64Array;
  readonly cost: Float64Array;
}

/** What moving the data takes from each option of `from` (row) to each of `to` (column). `Infinity` in both: no way. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly flow: Flow;
  readonly seconds: Float64Array;
  readonly cost: Float64Array;
}

/** A problem as the solvers want it: numbers only, what is impossible left out. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  /** The links into each node. */
  readonly incoming: readonly (readonly number[])[];
  /** Nodes, each after all that it takes data from. */
  readonly order: readonly number[];
}

/** One option of each node. */
export type Choice = Int32Array;

/** Hot loops read typed arrays inside of their bounds, which the compiler cannot see. */
export function at(array: Float64Array | Int32Array, index: number): number {
  return array[index] as number;
}

export function nodeOf(graph: Graph, index: number): Node {
  return graph.nodes[index] as Node;
}

export function linkOf(graph: Graph, index: number): Link {
  return graph.links[index] as Link;
}

export function incomingOf(
  nodes: readonly unknown[],
  links: readonly Pick<Link, "to">[],
): number[][] {
  const incoming: number[][] = nodes.map(() => []);
  for (const [index, { to }] of links.entries()) incoming[to]?.push(index);
  return incoming;
}

/** Where a link's matrices tell of an option of its source and one of its target. */
export function entry(
  graph: Graph,
  { to }: Link,
  [source, target]: readonly [number, number],
): number {
  return source * nodeOf(graph, to).places.length + target;
}
