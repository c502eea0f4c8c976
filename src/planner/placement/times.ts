import { at, type Choice, linkOf, nodeOf } from "./graph.ts";
import { minPlus, timeAlone } from "./min-plus.ts";
import { isForward, parentOf, type Tree } from "./tree.ts";

/** The least times over a tree, by node and option. */
export interface Times {
  /** Longest path below the node that ends at its start, as short as it can be; 0 where there is none. */
  readonly head: readonly Float64Array[];
  /** Longest path below the node that starts at its end, as short as it can be. */
  readonly tail: readonly Float64Array[];
  /** By link to a child and option of the parent: the child's path with the link, and the child's option for it. */
  readonly messages: readonly Float64Array[];
  readonly options: readonly Int32Array[];
  /** No placement is shorter; of a tree with data in one direction, the makespan itself. `Infinity`: none is short enough. */
  readonly least: number;
}

/**
 * Dynamic programming for the longest path, in O(nodes × options²). Exact on in-trees: what feeds a node arrives by separate
 * branches, the node starts at the latest of them, and the largest of independent numbers is smallest where each one is. Exact on
 * out-trees, which are in-trees with time reversed. In other trees a node has a shortest way in and a shortest way out, which
 * depend on different branches and so go together; whether every path keeps the deadline is decided exactly, because
 * options for which way in, node and way out are longer are struck out, and the rest is judged by what it leaves to its parent.
 */
export function leastTimes(tree: Tree, deadline: number): Times {
  const { graph, order, up, root, incoming, outgoing } = tree;
  const zeros = (): Float64Array[] =>
    graph.nodes.map(({ places }) => new Float64Array(places.length));
  const [head, tail] = [zeros(), zeros()];
  const messages: Float64Array[] = graph.links.map(() => none);
  const options: Int32Array[] = graph.links.map(() => noOptions);
  let least = 0;
  for (const node of order) {
    const [before, after] = [head[node] ?? none, tail[node] ?? none];
    for (const index of incoming[node] ?? []) raise(before, messages[index] ?? none);
    for (const index of outgoing[node] ?? []) raise(after, messages[index] ?? none);
    const own = nodeOf(graph, node).seconds;
    const whole = own.map((time, a) => at(before, a) + time + at(after, a));
    least = Math.max(least, Math.min(...whole));
    if (node === root) break;
    const index = at(up, node);
    const link = linkOf(graph, index);
    const ways = link.from === node ? before : after;
    const given = whole.map((time, a) =>
      time > deadline ? Number.POSITIVE_INFINITY : at(ways, a) + at(own, a),
    );
    const passed = minPlus(given, link, { rows: link.from === node, weights: timeAlone });
    messages[index] = passed.message;
    options[index] = passed.option;
  }
  return {
    head,
    tail,
    messages,
    options,
    least: least > deadline ? Number.POSITIVE_INFINITY : least,
  };
}

/** The options that `leastTimes` found; every path keeps its deadline. */
export function choiceOf(tree: Tree, times: Times): Choice {
  const { graph, order, up, root } = tree;
  const choice = new Int32Array(graph.nodes.length);
  const whole = timesThrough(tree, times, root);
  choice[root] = whole.indexOf(Math.min(...whole));
  for (const node of order.toReversed())
    if (node !== root)
      choice[node] = at(times.options[at(up, node)] ?? noOptions, at(choice, parentOf(tree, node)));
  return choice;
}

/** The least that the longest path below a node and through it takes, by option. */
export function timesThrough({ graph }: Tree, times: Times, node: number): Float64Array {
  const [head, tail] = [times.head[node] ?? none, times.tail[node] ?? none];
  return nodeOf(graph, node).seconds.map((time, a) => at(head, a) + time + at(tail, a));
}

/**
 * By node and option: the least that the longest path takes which comes from below the node, or from the node, and goes on towards the
 * root and beyond; without what is before the end of the node.
 */
export function timeBeyond(tree: Tree, times: Times): Float64Array[] {
  const { graph, order, up, root, incoming, outgoing } = tree;
  const beyond: Float64Array[] = graph.nodes.map(({ places }) => new Float64Array(places.length));
  for (const node of order.toReversed()) {
    if (node === root) continue;
    const link = linkOf(graph, at(up, node));
    const forward = link.from === node;
    const parent = parentOf(tree, node);
    const next = new Float64Array(nodeOf(graph, parent).places.length);
    for (const other of (forward ? outgoing : incoming)[parent] ?? [])
      raise(next, times.messages[other] ?? none);
    const above = at(up, parent);
    if (above >= 0 && (linkOf(graph, above).from === parent) === forward)
      raise(next, beyond[parent] ?? none);
    const own = nodeOf(graph, parent).seconds;
    for (let a = 0; a < next.length; a += 1) next[a] = at(next, a) + at(own, a);
    beyond[node] = minPlus(next, link, { rows: !forward, weights: timeAlone }).message;
  }
  return beyond;
}

/** By node and option: the least that the longest path through it takes, in all of the tree. */
export function longestThrough(tree: Tree, times: Times): Float64Array[] {
  const beyond = timeBeyond(tree, times);
  return tree.graph.nodes.map(({ seconds }, node) => {
    const through = timesThrough(tree, times, node);
    const ways = (isForward(tree, node) ? times.head : times.tail)[node] ?? none;
    return through.map((time, a) =>
      Math.max(time, at(ways, a) + at(seconds, a) + at(beyond[node] ?? none, a)),
    );
  });
}

const none = new Float64Array();
const noOptions = new Int32Array();

function raise(values: Float64Array, others: Float64Array): void {
  for (let a = 0; a < values.length; a += 1)
    if (at(others, a) > at(values, a)) values[a] = at(others, a);
}
