import { at, type Choice, type Graph, nodeOf } from "./graph.ts";
import type { Tree } from "./tree.ts";

/** Copying pays only where not more than this part of all pairs of options is left. */
const worthwhile = 0.5;

/**
 * The tree with only the options that are kept, or as it is where leaving some out would save little; `null` where a node has none
 * left.
 */
export function narrowed(
  tree: Tree,
  keeps: (node: number, option: number) => boolean,
): Tree | null {
  const { graph } = tree;
  const kept = graph.nodes.map(({ places }, node) => {
    const options: number[] = [];
    for (let option = 0; option < places.length; option += 1)
      if (keeps(node, option)) options.push(option);
    return new Int32Array(options);
  });
  if (kept.some((options) => options.length === 0)) return null;
  const left = graph.links.reduce((sum, { from, to }) => sum + pairs(kept, from, to), 0);
  const whole = graph.links.reduce((sum, { cost }) => sum + cost.length, 0);
  return left > worthwhile * whole ? tree : { ...tree, graph: selected(graph, kept) };
}

function pairs(kept: readonly Int32Array[], from: number, to: number): number {
  return (kept[from]?.length ?? 0) * (kept[to]?.length ?? 0);
}

/** The graph with only some options of each node. */
export function selected(graph: Graph, kept: readonly Int32Array[]): Graph {
  const chosen = (values: Float64Array, options: Int32Array): Float64Array => {
    const picked = new Float64Array(options.length);
    for (let index = 0; index < options.length; index += 1)
      picked[index] = at(values, at(options, index));
    return picked;
  };
  const nodes = graph.nodes.map((node, index) => {
    const options = kept[index] ?? all;
    return {
      ...node,
      places: options.map((option) => at(node.places, option)),
      seconds: chosen(node.seconds, options),
      cost: chosen(node.cost, options),
    };
  });
  const links = graph.links.map((link) => {
    const [rows, columns] = [kept[link.from] ?? all, kept[link.to] ?? all];
    const width = nodeOf(graph, link.to).places.length;
    const entries = new Int32Array(rows.length * columns.length);
    let index = 0;
    for (const row of rows)
      for (const column of columns) {
        entries[index] = row * width + column;
        index += 1;
      }
    return { ...link, seconds: chosen(link.seconds, entries), cost: chosen(link.cost, entries) };
  });
  return { ...graph, nodes, links };
}

const all = new Int32Array();

/** A choice of a narrowed graph as options of the whole one. */
export function widened(choice: Choice, from: Graph, to: Graph): Choice {
  return choice.map((option, node) =>
    nodeOf(to, node).places.indexOf(at(nodeOf(from, node).places, option)),
  );
}
