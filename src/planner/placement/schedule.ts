import { at, type Choice, entry, type Graph, linkOf, nodeOf } from "./graph.ts";
import type { Amounts } from "./problem.ts";

export interface Schedule {
  /** The longest path: every node starts as early as its data allows. */
  readonly seconds: number;
  readonly cost: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** What a choice takes in all; `Infinity` where it needs a way that there is not. */
export function scheduleOf(graph: Graph, choice: Choice): Schedule {
  const start = new Float64Array(graph.nodes.length);
  const end = new Float64Array(graph.nodes.length);
  let [seconds, cost] = [0, 0];
  for (const link of graph.links) cost += at(link.cost, chosenEntry(graph, link, choice));
  for (const node of graph.order) {
    let ready = 0;
    for (const index of graph.incoming[node] ?? []) {
      const link = linkOf(graph, index);
      const arrival = at(end, link.from) + at(link.seconds, chosenEntry(graph, link, choice));
      ready = Math.max(ready, arrival);
    }
    const { seconds: times, cost: costs } = nodeOf(graph, node);
    start[node] = ready;
    end[node] = ready + at(times, at(choice, node));
    cost += at(costs, at(choice, node));
    seconds = Math.max(seconds, at(end, node));
  }
  return { seconds, cost, start, end };
}

export function chosenEntry(graph: Graph, link: Graph["links"][number], choice: Choice): number {
  return entry(graph, link, [at(choice, link.from), at(choice, link.to)]);
}

/** No placement takes less: every node and every link at its least by itself. */
export function leastOf(graph: Graph): Amounts {
  const cost = [...graph.nodes, ...graph.links].reduce((sum, one) => sum + leastEntry(one.cost), 0);
  const end = new Float64Array(graph.nodes.length);
  for (const node of graph.order) {
    const arrivals = (graph.incoming[node] ?? []).map((index) => {
      const { from, seconds } = linkOf(graph, index);
      return at(end, from) + leastEntry(seconds);
    });
    end[node] = Math.max(0, ...arrivals) + leastEntry(nodeOf(graph, node).seconds);
  }
  return { seconds: Math.max(0, ...end), cost };
}

function leastEntry(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
