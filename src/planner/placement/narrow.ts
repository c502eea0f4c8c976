import { at, type Choice, type Graph, nodeOf } from "./graph.ts";
import type { Tree } from "./tree.ts";

/** The same tree with only the options that are kept; `null` where a node has none left. */
export function narrowed(
  tree: Tree,
  keeps: (node: number, option: number) => boolean,
): Tree | null {
  const { graph } = tree;
  const kept = graph.nodes.map(({ places }, node) =>
    Int32Array.from([...places.keys()].filter((option) => keeps(node, option))),
  );
  if (kept.every((options, node) => options.length === nodeOf(graph, node).places.length))
    return tree;
  if (kept.some((options) => options.length === 0)) return null;
  return { ...tree, graph: selected(graph, kept) };
}

export function selected(graph: Graph, kept: readonly Int32Array[]): Graph {
  const nodes = graph.nodes.map((node, index) => ({
    ...node,
    places: (kept[index] ?? all).map((option) => at(node.places, option)),
    seconds: Float64Array.from(kept[index] ?? all, (option) => at(node.seconds, option)),
    cost: Float64Array.from(kept[index] ?? all, (option) => at(node.cost, option)),
  }));
  const links = graph.links.map((link) => {
    const [rows, columns] = [kept[link.from] ?? all, kept[link.to] ?? all];
    const width = nodeOf(graph, link.to).places.length;
    const part = (matrix: Float64Array): Float64Array => {
      const entries = new Float64Array(rows.length * columns.length);
      let index = 0;
      for (const row of rows)
        for (const column of columns) {
          entries[index] = at(matrix, row * width + column);
          index += 1;
        }
      return entries;
    };
    return { ...link, seconds: part(link.seconds), cost: part(link.cost) };
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
