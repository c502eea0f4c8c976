import { at, type Choice, entry, type Graph, linkOf, nodeOf } from "./graph.ts";

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
  const incoming = incomingOf(graph);
  for (const node of graph.order) {
    let ready = 0;
    for (const index of incoming[node] ?? []) {
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
  return entry(graph, link, at(choice, link.from), at(choice, link.to));
}

/** The links into each node. */
export function incomingOf({ nodes, links }: Graph): number[][] {
  const incoming: number[][] = nodes.map(() => []);
  for (const [index, { to }] of links.entries()) incoming[to]?.push(index);
  return incoming;
}
