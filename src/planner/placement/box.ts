import type { WeightedBound } from "./chain-bound.ts";
import { frontOf } from "./front.ts";
import { at, type Choice } from "./graph.ts";
import { costAlone } from "./min-plus.ts";
import { narrowed, widened } from "./narrow.ts";
import type { Staircase } from "./staircase.ts";
import { leastSums, sumsThrough, type Sums } from "./sums.ts";
import { leastTimes, longestThrough, type Times } from "./times.ts";
import type { Tree } from "./tree.ts";

/** What the placements of interest take at most; `Infinity` for no matter how much. */
export interface Box {
  readonly deadline: number;
  readonly budget: number;
  readonly weighted?: WeightedBound | undefined;
}

/** A tree with what has already been computed for it: costs alone, times with no deadline. */
export interface KnownTree {
  readonly tree: Tree;
  readonly sums?: Sums | undefined;
  readonly times?: Times | undefined;
}

export interface BoxFront {
  readonly pairs: Staircase;
  choice(ref: number): Choice;
}

/** Sums of fractions are not exact: limits are kept within this part of themselves. */
const roomy = 1 + 1e-12;
const none = new Float64Array();

/**
 * The front of the placements in a box; `null` where there is none, `size` where there are too many pairs. Options that no
 * placement in the box has are left out first, which are most of them in a tight box.
 */
export function frontInside(known: KnownTree, box: Box): BoxFront | null | "size" {
  const whole = known.tree.graph;
  const affordable = withinBudget(known, box.budget);
  const left = affordable && withinDeadline(affordable, box.deadline);
  if (left === null) return null;
  const { tree } = left;
  const sums = left.sums ?? leastSums(tree, costAlone);
  const times = left.times ?? leastTimes(tree, Number.POSITIVE_INFINITY);
  const front = frontOf(tree, { sums, times, ...box });
  if (front === null) return "size";
  if (front.pairs.refs.length === 0) return null;
  return {
    pairs: front.pairs,
    choice: (ref) => widened(front.choice(ref), tree.graph, whole),
  };
}

function withinBudget(known: KnownTree, budget: number): KnownTree | null {
  if (budget === Number.POSITIVE_INFINITY) return known;
  const sums = known.sums ?? leastSums(known.tree, costAlone);
  const through = sumsThrough(known.tree, sums);
  const tree = narrowed(
    known.tree,
    (node, option) => at(through[node] ?? none, option) <= budget * roomy,
  );
  return tree === known.tree ? { ...known, sums } : tree && { tree };
}

function withinDeadline(known: KnownTree, deadline: number): KnownTree | null {
  if (deadline === Number.POSITIVE_INFINITY) return known;
  const times = known.times ?? leastTimes(known.tree, Number.POSITIVE_INFINITY);
  const longest = longestThrough(known.tree, times);
  const tree = narrowed(
    known.tree,
    (node, option) => at(longest[node] ?? none, option) <= deadline * roomy,
  );
  return tree === known.tree ? { ...known, times } : tree && { tree };
}
