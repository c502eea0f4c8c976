import type { WeightedBound } from "./chain-bound.ts";
import { at, type Choice, linkOf, nodeOf } from "./graph.ts";
import {
  type Bounds,
  boundless,
  climb,
  emptyStaircase,
  merged,
  type Staircase,
  together,
} from "./staircase.ts";
import { costAlone } from "./min-plus.ts";
import { leastRest, type Sums } from "./sums.ts";
import { timeBeyond, type Times } from "./times.ts";
import { createTrail, type Trail } from "./trail.ts";
import { isForward, type Tree } from "./tree.ts";

/** What a placement must keep to be part of a front, with the least sums and times of the tree, which tell early that it cannot. */
export interface FrontRequest {
  readonly deadline: number;
  readonly budget: number;
  /** Of costs alone. */
  readonly sums: Sums;
  /** With no deadline, or with the same. */
  readonly times: Times;
  /** No placement of interest has more than `limit` of its cost and `weight` times its time. For trees of one direction. */
  readonly weighted?: WeightedBound | undefined;
}

/** More pairs than this take too much time and memory. */
const mostPairs = 2_000_000;

export interface Front {
  /**
   * Of a tree of one direction, every time and cost of which no placement is better by both. Of another, the placements that are the
   * cheapest within the deadline, with some time that is no later.
   */
  readonly pairs: Staircase;
  choice(ref: number): Choice;
}

/**
 * Dynamic programming over time and cost together: each option of a node keeps the pairs that no other pair of that option beats
 * by both. Branches join by the later time and the sum of the costs, so that a node has no more pairs than its branches have. `null`
 * where there are too many pairs all the same. Sums of fractions are not exact: bounds are kept within 1e-12 of themselves.
 */
export function frontOf(tree: Tree, request: FrontRequest): Front | null {
  const { graph, order, root } = tree;
  const trail = createTrail();
  const rest = {
    cost: leastRest(tree, request.sums, costAlone),
    time: timeBeyond(tree, request.times),
    weighted:
      request.weighted &&
      leastRest(tree, request.sums, { seconds: request.weighted.weight, cost: 1 }),
  };
  const alive: Alive[][] = graph.nodes.map(() => []);
  for (const node of order) {
    const options = nodeOf(graph, node).places.length;
    for (let option = 0; option < options; option += 1) {
      const pairs = pairsOf({ tree, request, rest, alive, trail, node, option });
      if (pairs.refs.length > 0) alive[node]?.push({ option, pairs });
      if (trail.size > mostPairs) return null;
    }
  }
  const pairs = (alive[root] ?? []).reduce(
    (all, one) => merged(all, one.pairs, { time: 0, cost: 0, bounds: boundless }),
    emptyStaircase(),
  );
  return { pairs, choice: (ref) => trail.choice(ref, graph.nodes.length) };
}

/** An option that some pairs are left of. */
interface Alive {
  readonly option: number;
  readonly pairs: Staircase;
}

interface Cell {
  readonly tree: Tree;
  readonly request: FrontRequest;
  readonly rest: {
    readonly cost: readonly Float64Array[];
    readonly time: readonly Float64Array[];
    readonly weighted: readonly Float64Array[] | undefined;
  };
  readonly alive: readonly (readonly Alive[])[];
  readonly trail: Trail;
  readonly node: number;
  readonly option: number;
}

const nothing: Staircase = { times: [0], costs: [0], refs: [-1] };
const roomy = 1 + 1e-12;

/** The pairs of one option: the time towards the parent, and the cost of everything below. */
function pairsOf(cell: Cell): Staircase {
  const { tree, trail, node, option, request } = cell;
  const { seconds, cost } = nodeOf(tree.graph, node);
  const own = { time: at(seconds, option), cost: at(cost, option) };
  const pairs = emptyStaircase();
  const most = {
    time: request.deadline * roomy - at(cell.rest.time[node] ?? none, option),
    cost: request.budget * roomy - at(cell.rest.cost[node] ?? none, option),
  };
  if (!(at(request.sums.below[node] ?? none, option) <= most.cost)) return pairs;
  const forward = isForward(tree, node);
  const towards = branches(cell, forward);
  const away = branches(cell, !forward);
  // The longer the way towards the parent, the less is left for the other one.
  let other = away.times.length - 1;
  for (let index = 0; index < towards.times.length; index += 1) {
    const time = (towards.times[index] as number) + own.time;
    while (other >= 0 && time + (away.times[other] as number) > request.deadline * roomy)
      other -= 1;
    if (other < 0 || time > most.time) break;
    const sum = (towards.costs[index] as number) + (away.costs[other] as number) + own.cost;
    if (sum > most.cost || sum >= (pairs.costs.at(-1) ?? Number.POSITIVE_INFINITY)) continue;
    const refs = [towards.refs[index] as number, away.refs[other] as number] as const;
    climb(pairs, { time, cost: sum, ref: trail.add(node, option, refs) });
  }
  return pairs;
}

/** What all branches of one direction make together at one option. */
function branches(cell: Cell, arriving: boolean): Staircase {
  const { tree, trail, node } = cell;
  const links = (arriving ? tree.incoming : tree.outgoing)[node] ?? [];
  return links
    .map((index) => branch(cell, index, arriving))
    .reduce(
      (all, one) => (all === nothing ? one : together(all, one, (refs) => trail.join(refs))),
      nothing,
    );
}

function branch(cell: Cell, index: number, arriving: boolean): Staircase {
  const { tree, alive, option } = cell;
  const link = linkOf(tree.graph, index);
  const columns = nodeOf(tree.graph, link.to).places.length;
  const bounds = boundsOf(cell, index, arriving);
  let all = emptyStaircase();
  for (const theirs of alive[arriving ? link.from : link.to] ?? []) {
    const entry = arriving ? theirs.option * columns + option : option * columns + theirs.option;
    const [time, cost] = [at(link.seconds, entry), at(link.cost, entry)];
    all = merged(all, theirs.pairs, { time, cost, bounds });
  }
  return all;
}

/** What a branch may take at most, given that everything else takes the least that it can. */
function boundsOf(
  { tree, request, rest, node, option }: Cell,
  index: number,
  arriving: boolean,
): Bounds {
  const { sums, times, deadline, budget, weighted } = request;
  const read = (values: readonly Float64Array[] | undefined, row: number): number =>
    at(values?.[row] ?? none, option);
  const own = at(nodeOf(tree.graph, node).seconds, option);
  const beside = read(arriving ? times.tail : times.head, node);
  const beyond =
    node !== tree.root && isForward(tree, node) === arriving ? read(rest.time, node) : 0;
  const others = read(sums.below, node) - read(sums.messages, index);
  const limit = weighted && weighted.limit * roomy - others - weighted.weight * own;
  return {
    time: deadline * roomy - own - Math.max(beside, beyond),
    cost: budget * roomy - others - read(rest.cost, node),
    weight: weighted?.weight ?? 0,
    weighted: limit === undefined ? Number.POSITIVE_INFINITY : limit - read(rest.weighted, node),
  };
}

const none = new Float64Array();
