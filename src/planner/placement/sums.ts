import { at, type Choice, linkOf, nodeOf } from "./graph.ts";
import { minPlus, type Weights } from "./min-plus.ts";
import { parentOf, type Tree } from "./tree.ts";

/** The least weighted sums over a tree. */
export interface Sums {
  readonly weights: Weights;
  readonly least: number;
  /** By node and option: of the node with everything below it. */
  readonly below: readonly Float64Array[];
  /** By link to a child and option of the parent: of the child with everything below it and the link. */
  readonly messages: readonly Float64Array[];
  readonly choice: Choice;
}

/**
 * Dynamic programming (min-sum message passing) on a tree in O(nodes × options²). Exact because what is below one child
 * does not hang on what is below another once the parent's option is given. Of equal ones the option that comes first.
 * `least` is `Infinity` where no way connects any options.
 */
export function leastSums(tree: Tree, weights: Weights): Sums {
  const { graph, order, up, root } = tree;
  const below = graph.nodes.map(({ seconds, cost }) =>
    cost.map((price, a) => weights.seconds * at(seconds, a) + weights.cost * price),
  );
  const messages: Float64Array[] = graph.links.map(() => none);
  const best: Int32Array[] = graph.links.map(() => noOptions);
  for (const node of order) {
    if (node === root) break;
    const index = at(up, node);
    const link = linkOf(graph, index);
    const values = below[node] ?? none;
    const { message, option } = minPlus(values, link, { rows: link.from === node, weights });
    messages[index] = message;
    best[index] = option;
    const sums = below[parentOf(tree, node)] ?? none;
    for (let a = 0; a < sums.length; a += 1) sums[a] = at(sums, a) + at(message, a);
  }
  const choice = new Int32Array(graph.nodes.length);
  choice[root] = smallest(below[root] ?? none);
  for (const node of order.toReversed())
    if (node !== root)
      choice[node] = at(best[at(up, node)] ?? noOptions, at(choice, parentOf(tree, node)));
  return { weights, least: at(below[root] ?? none, at(choice, root)), below, messages, choice };
}

/**
 * By node and option: the least weighted sum of everything that is not below the node. `path` weighs what lies on the way to the
 * root, links included; all else weighs as in `sums`, with the same weight of cost.
 */
export function leastRest(tree: Tree, sums: Sums, path: Weights): Float64Array[] {
  const { graph, order, up, root } = tree;
  const more = path.seconds - sums.weights.seconds;
  const rest: Float64Array[] = graph.nodes.map(({ places }) => new Float64Array(places.length));
  for (const node of order.toReversed()) {
    if (node === root) continue;
    const index = at(up, node);
    const parent = parentOf(tree, node);
    const { seconds } = nodeOf(graph, parent);
    const [all, one, above] = [sums.below[parent], sums.messages[index], rest[parent]];
    const others = seconds.map((time, a) => {
      const sum = at(all ?? none, a);
      // An option that does not work with this child works with no placement at all.
      if (sum === Number.POSITIVE_INFINITY) return sum;
      return sum - at(one ?? none, a) + more * time + at(above ?? none, a);
    });
    const link = linkOf(graph, index);
    rest[node] = minPlus(others, link, { rows: link.from === parent, weights: path }).message;
  }
  return rest;
}

/** By node and option: the least weighted sum of all placements that have it. */
export function sumsThrough(tree: Tree, sums: Sums): Float64Array[] {
  const rest = leastRest(tree, sums, sums.weights);
  return sums.below.map((below, node) => below.map((sum, a) => sum + at(rest[node] ?? none, a)));
}

const none = new Float64Array();
const noOptions = new Int32Array();

function smallest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1)
    if (at(values, index) < at(values, best)) best = index;
  return best;
}
