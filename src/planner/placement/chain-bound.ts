import { at, type Choice, type Graph } from "./graph.ts";
import { narrowed } from "./narrow.ts";
import { scheduleOf } from "./schedule.ts";
import { leastSums, sumsThrough, type Sums } from "./sums.ts";
import type { Tree } from "./tree.ts";

/** A bound on cost plus `weight` times time. */
export interface WeightedBound {
  readonly weight: number;
  readonly limit: number;
}

export interface ChainRequest {
  readonly minimise: "cost" | "time";
  /** On the other measure. */
  readonly limit: number;
  /** The best by what is minimised, which breaks the limit, and the best by the other, which keeps it. */
  readonly loose: Choice;
  readonly kept: Choice;
}

export interface ChainBound {
  /** With only the options that a placement may have that keeps the limit and is as good as `amount`. */
  readonly tree: Tree;
  /** What is minimised, of some placement that keeps the limit. */
  readonly amount: number;
  /** No placement that keeps the limit and is as good passes it. */
  readonly weighted: WeightedBound | undefined;
}

/** More rounds only sharpen the bound. */
const mostRounds = 30;
const roomy = 1 + 1e-12;

/**
 * Lagrange relaxation of the limit: on a chain both measures are sums, so that dynamic programming minimises any weighted sum of
 * them. The weights follow Handler and Zang, A dual algorithm for the constrained shortest path problem (Networks 10, 1980, 293-309):
 * each is the slope between the best placements found on either side of the limit. Options through which every placement has too
 * large a weighted sum are left out on the way.
 */
export function chainBound(whole: Tree, request: ChainRequest): ChainBound {
  const { minimise, limit } = request;
  let tree = whole;
  let [loose, kept] = [request.loose, request.kept].map((choice) =>
    pointOf(whole.graph, choice, minimise),
  ) as [Point, Point];
  let [slope, gap] = [0, Number.POSITIVE_INFINITY];
  for (let round = 0; round < mostRounds; round += 1) {
    slope = (kept.amount - loose.amount) / (loose.limited - kept.limited);
    const weights = minimise === "cost" ? { seconds: slope, cost: 1 } : { seconds: 1, cost: slope };
    const sums = leastSums(tree, weights);
    const line = loose.amount + slope * loose.limited;
    const found = pointOf(tree.graph, sums.choice, minimise);
    const better = sums.least < line * (1 - 1e-12);
    if (better && found.limited > limit) loose = found;
    else if (better) kept = found;
    const most = (kept.amount + slope * limit) * roomy;
    if (most - sums.least < gap / 4 || !better) {
      gap = most - sums.least;
      tree = withSumsTo(tree, sums, most);
    }
    if (!better) break;
  }
  return { tree, amount: kept.amount, weighted: normalised(request, kept.amount, slope) };
}

function withSumsTo(tree: Tree, sums: Sums, most: number): Tree {
  const through = sumsThrough(tree, sums);
  // A placement that is known keeps the bound, so that options are left.
  return narrowed(tree, (node, option) => at(through[node] ?? none, option) <= most) ?? tree;
}

const none = new Float64Array();

interface Point {
  readonly amount: number;
  readonly limited: number;
}

function pointOf(graph: Graph, choice: Choice, minimise: "cost" | "time"): Point {
  const { seconds, cost } = scheduleOf(graph, choice);
  return minimise === "cost"
    ? { amount: cost, limited: seconds }
    : { amount: seconds, limited: cost };
}

/** With a weight of one for the cost. */
function normalised(
  { minimise, limit }: ChainRequest,
  amount: number,
  slope: number,
): WeightedBound | undefined {
  // Nothing better than the placement is left to look for.
  if (!(slope > 0)) return undefined;
  return minimise === "cost"
    ? { weight: slope, limit: amount + slope * limit }
    : { weight: 1 / slope, limit: amount / slope + limit };
}
