import { at, type Graph, linkOf, nodeOf } from "./graph.ts";
import { selected } from "./narrow.ts";

/**
 * Without the options that another option of the same node is as good as in every respect: its own time and cost, and those of every
 * transfer from and to every option of its neighbours. Some best placement is left, by whatever measure, because putting the other option
 * in its place makes nothing slower or dearer. Of options that are the same, the first is kept.
 */
export function withoutDominated(graph: Graph): Graph {
  const kept = graph.nodes.map((_, node) => undominated(graph, node));
  return selected(graph, kept);
}

function undominated(graph: Graph, node: number): Int32Array {
  const respects = respectsOf(graph, node);
  const left: number[] = [];
  for (let option = 0; option < nodeOf(graph, node).places.length; option += 1) {
    if (left.some((other) => isAsGood(respects, other, option))) continue;
    const worse = left.filter((other) => !isAsGood(respects, option, other));
    left.splice(0, left.length, ...worse, option);
  }
  return Int32Array.from(left);
}

/** Entry `start + option * step` of a matrix, `count` times `stride` further each. */
interface Respect {
  readonly values: Float64Array;
  readonly step: number;
  readonly stride: number;
  readonly count: number;
}

function respectsOf(graph: Graph, node: number): Respect[] {
  const { seconds, cost } = nodeOf(graph, node);
  const own = [seconds, cost].map((values) => ({ values, step: 1, stride: 1, count: 1 }));
  const moves = graph.links.flatMap((link, index) => {
    if (link.from !== node && link.to !== node) return [];
    const { seconds, cost, from, to } = linkOf(graph, index);
    const columns = nodeOf(graph, to).places.length;
    const shape =
      from === node
        ? { step: columns, stride: 1, count: columns }
        : { step: 1, stride: columns, count: nodeOf(graph, from).places.length };
    return [seconds, cost].map((values) => ({ values, ...shape }));
  });
  return [...own, ...moves];
}

function isAsGood(respects: readonly Respect[], a: number, b: number): boolean {
  return respects.every(({ values, step, stride, count }) => {
    for (let index = 0; index < count; index += 1)
      if (at(values, a * step + index * stride) > at(values, b * step + index * stride))
        return false;
    return true;
  });
}
