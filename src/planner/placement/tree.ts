import { at, type Graph, incomingOf, type Link, linkOf, type Node } from "./graph.ts";

/**
 * A graph without undirected cycles, hung up at one node. Every link leads from a child to its parent or the other way round;
 * `order` has children before parents.
 */
export interface Tree {
  readonly graph: Graph;
  readonly root: number;
  readonly order: readonly number[];
  /** The link to the parent; -1 at the root. */
  readonly up: Int32Array;
  /** Links to children, by the direction of the data. */
  readonly incoming: readonly (readonly number[])[];
  readonly outgoing: readonly (readonly number[])[];
  /**
   * All data flows towards the root, or all away from it: along every path times add up from the leaves to the root, so that the
   * whole front of time and cost can be had at the root.
   */
  readonly oneWay: boolean;
  /** Each node has one predecessor and one successor at most. */
  readonly chain: boolean;
}

/** Of any node but the root. */
export function parentOf({ graph, up }: Tree, node: number): number {
  const { from, to } = linkOf(graph, up[node] ?? -1);
  return from === node ? to : from;
}

/** Whether data flows from the node to its parent. At the root, the way that there are branches of. */
export function isForward({ graph, up, incoming }: Tree, node: number): boolean {
  const index = at(up, node);
  return index < 0 ? (incoming[node] ?? []).length > 0 : linkOf(graph, index).from === node;
}

/** `null` where two ways lead from one node to another, whatever the direction. */
export function treeOf(graph: Graph): Tree | null {
  const parts = components(graph);
  if (graph.links.length !== graph.nodes.length - parts.length) return null;
  const whole = parts.length === 1 ? graph : joined(graph, parts);
  const degrees = degreesOf(whole);
  const inTree = degrees.out.every((count) => count <= 1);
  const outTree = degrees.in.every((count) => count <= 1);
  // The last node of an in-tree is where all data goes; the first of an out-tree is where it comes from.
  const root = (inTree || !outTree ? whole.order.at(-1) : whole.order[0]) ?? 0;
  return { ...hung(whole, root), oneWay: inTree || outTree, chain: inTree && outTree };
}

function degreesOf({ nodes, links }: Graph): { in: number[]; out: number[] } {
  const degrees = { in: nodes.map(() => 0), out: nodes.map(() => 0) };
  for (const { from, to } of links) {
    degrees.in[to] = (degrees.in[to] ?? 0) + 1;
    degrees.out[from] = (degrees.out[from] ?? 0) + 1;
  }
  return degrees;
}

function hung(graph: Graph, root: number): Omit<Tree, "oneWay" | "chain"> {
  const neighbours = adjacency(graph);
  const up = new Int32Array(graph.nodes.length).fill(-1);
  const incoming: number[][] = graph.nodes.map(() => []);
  const outgoing: number[][] = graph.nodes.map(() => []);
  const order = [root];
  for (const node of order)
    for (const index of neighbours[node] ?? []) {
      if (up[node] === index) continue;
      const link = linkOf(graph, index);
      const child = link.from === node ? link.to : link.from;
      (link.to === node ? incoming : outgoing)[node]?.push(index);
      up[child] = index;
      order.push(child);
    }
  return { graph, root, order: order.toReversed(), up, incoming, outgoing };
}

function adjacency({ nodes, links }: Graph): number[][] {
  const neighbours: number[][] = nodes.map(() => []);
  for (const [index, { from, to }] of links.entries()) {
    neighbours[from]?.push(index);
    neighbours[to]?.push(index);
  }
  return neighbours;
}

function components(graph: Graph): number[][] {
  const neighbours = adjacency(graph);
  const seen = new Set<number>();
  const parts: number[][] = [];
  for (const first of graph.order) {
    if (seen.has(first)) continue;
    const part = [first];
    seen.add(first);
    for (const node of part)
      for (const index of neighbours[node] ?? []) {
        const { from, to } = linkOf(graph, index);
        const next = from === node ? to : from;
        if (!seen.has(next)) part.push(next);
        seen.add(next);
      }
    parts.push(part);
  }
  return parts;
}

/** A node that takes no time after the end of each part, or before the start of each where all are out-trees. */
function joined(graph: Graph, parts: readonly (readonly number[])[]): Graph {
  const degrees = degreesOf(graph);
  const before = !degrees.out.every((count) => count <= 1) && degrees.in.every((c) => c <= 1);
  const joint: Node = {
    name: "",
    isStep: false,
    places: Int32Array.of(0),
    seconds: new Float64Array(1),
    cost: new Float64Array(1),
  };
  const own = graph.nodes.length;
  const rank = new Map(graph.order.map((node, index) => [node, index]));
  const links = parts.map((part): Link => {
    const sorted = part.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    const end = (before ? sorted[0] : sorted.at(-1)) ?? 0;
    const size = graph.nodes[end]?.places.length ?? 0;
    return {
      ...(before ? { from: own, to: end } : { from: end, to: own }),
      flow: { from: null, to: null, bytes: 0 },
      seconds: new Float64Array(size),
      cost: new Float64Array(size),
    };
  });
  const nodes = [...graph.nodes, joint];
  const all = [...graph.links, ...links];
  const order = before ? [own, ...graph.order] : [...graph.order, own];
  return { nodes, links: all, incoming: incomingOf(nodes, all), order };
}
