import { at, type Choice, type Graph, linkOf, nodeOf } from "./graph.ts";
import { scheduleOf } from "./schedule.ts";
import type { Limits } from "./tree-solver.ts";

/** How often a step may be moved at most; few rounds are ever needed. */
const mostRounds = 10;

/**
 * A good placement that keeps the limits, for a solver to start from; `null` where none was found, which proves nothing. Steps choose one
 * after the other for several prices of a second; each choice is then improved one step at a time.
 */
export function goodChoice(graph: Graph, limits: Limits): Choice | null {
  const found = pricesOfTime(graph)
    .map((price) => improved(graph, greedy(graph, price), limits))
    .map((choice) => ({ choice, score: scoreOf(graph, choice, limits) }))
    .reduce((best, one) => (isBetter(one.score, best.score) ? one : best));
  return found.score[0] > 0 ? null : found.choice;
}

/** Around the one at which the time and the cost of all steps weigh the same, on average. */
function pricesOfTime({ nodes }: Graph): number[] {
  const average = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const seconds = nodes.reduce((sum, node) => sum + average(node.seconds), 0);
  const cost = nodes.reduce((sum, node) => sum + average(node.cost), 0);
  const even = seconds > 0 && cost > 0 ? cost / seconds : 1;
  return [0, 0.1, 0.3, 1, 3, 10, 1000].map((factor) => factor * even);
}

function greedy(graph: Graph, price: number): Choice {
  const choice = new Int32Array(graph.nodes.length);
  for (const node of graph.order) {
    const { places, seconds, cost } = nodeOf(graph, node);
    const sums = seconds.map((time, option) => price * time + at(cost, option));
    for (const index of graph.incoming[node] ?? []) {
      const link = linkOf(graph, index);
      const row = at(choice, link.from) * places.length;
      for (let option = 0; option < places.length; option += 1)
        sums[option] =
          at(sums, option) + price * at(link.seconds, row + option) + at(link.cost, row + option);
    }
    // An option of `Infinity` or NaN has no way; where all have none, improving may find one.
    choice[node] = Math.max(0, sums.indexOf(Math.min(...sums.filter((sum) => sum >= 0))));
  }
  return choice;
}

function improved(graph: Graph, from: Choice, limits: Limits): Choice {
  const choice = from.slice();
  let best = scoreOf(graph, choice, limits);
  for (let round = 0, moved = true; moved && round < mostRounds; round += 1) {
    moved = false;
    for (const [node, { places }] of graph.nodes.entries()) {
      let kept = at(choice, node);
      for (let option = 0; option < places.length; option += 1) {
        choice[node] = option;
        const score = scoreOf(graph, choice, limits);
        if (!isBetter(score, best)) continue;
        [best, kept, moved] = [score, option, true];
      }
      choice[node] = kept;
    }
  }
  return choice;
}

/** By how much limits are broken, as a part of them; what is minimised; the other measure. */
type Score = readonly [number, number, number];

function scoreOf(graph: Graph, choice: Choice, limits: Limits): Score {
  const { seconds, cost } = scheduleOf(graph, choice);
  if (cost === Number.POSITIVE_INFINITY) return [cost, cost, cost];
  const over = excess(seconds, limits.deadline) + excess(cost, limits.budget);
  return limits.minimise === "cost" ? [over, cost, seconds] : [over, seconds, cost];
}

function excess(amount: number, limit: number): number {
  return amount <= limit ? 0 : (amount - limit) / Math.max(limit, Number.MIN_VALUE);
}

function isBetter(a: Score, b: Score): boolean {
  const differing = a[0] === b[0] ? (a[1] === b[1] ? 2 : 1) : 0;
  return a[differing] < b[differing];
}
