import { type Box, frontInside, type KnownTree } from "./box.ts";
import { chainBound } from "./chain-bound.ts";
import { widened } from "./narrow.ts";
import { scheduleOf } from "./schedule.ts";
import { choiceOf, leastTimes } from "./times.ts";
import type { Limits, Solved, TreeProblem, Unsolved } from "./tree-solver.ts";

/**
 * On chains, in-trees and out-trees: the end of the front of time and cost inside of a box that the best placement lies in. One side of
 * the box is the limit, the other what some placement that keeps the limit takes; the tighter, the fewer pairs.
 */
export function solveOneWay(problem: TreeProblem): Solved {
  const { tree, limits } = problem;
  const boxed = limits.minimise === "cost" ? cheapestBox(problem) : fastestBox(problem);
  if ("impossible" in boxed) return boxed;
  const front = frontInside(boxed, boxed.box);
  if (front === "size") return { impossible: "size" };
  const index = limits.minimise === "cost" ? -1 : 0;
  const [time, cost, ref] = [
    front?.pairs.times.at(index),
    front?.pairs.costs.at(index),
    front?.pairs.refs.at(index),
  ];
  if (!front || time === undefined || cost === undefined || ref === undefined)
    throw new Error("the box of a front holds no placement");
  return (
    broken(limits, time, cost) ?? {
      choice: widened(front.choice(ref), boxed.tree.graph, tree.graph),
    }
  );
}

interface Boxed extends KnownTree {
  readonly box: Box;
}

/** The box leaves out the limit on what is minimised: the best is told even where it is too much. */
function cheapestBox({ tree, limits, sums }: TreeProblem): Boxed | Unsolved {
  const { deadline, minimise } = limits;
  const { graph } = tree;
  if (scheduleOf(graph, sums.choice).seconds <= deadline)
    return { tree, sums, box: { deadline, budget: sums.least } };
  const times = leastTimes(tree, Number.POSITIVE_INFINITY);
  if (times.least > deadline) return { impossible: "deadline", reachable: times.least };
  const kept = choiceOf(tree, times);
  if (!tree.chain)
    return { tree, sums, times, box: { deadline, budget: scheduleOf(graph, kept).cost } };
  const bound = chainBound(tree, { minimise, limit: deadline, loose: sums.choice, kept });
  return { tree: bound.tree, box: { deadline, budget: bound.amount, weighted: bound.weighted } };
}

function fastestBox({ tree, limits, sums }: TreeProblem): Boxed {
  const { budget, minimise } = limits;
  const { graph } = tree;
  const times = leastTimes(tree, Number.POSITIVE_INFINITY);
  const loose = choiceOf(tree, times);
  const known = { tree, sums, times };
  if (scheduleOf(graph, loose).cost <= budget)
    return { ...known, box: { deadline: times.least, budget } };
  const kept = sums.choice;
  if (!tree.chain) return { ...known, box: { deadline: scheduleOf(graph, kept).seconds, budget } };
  const bound = chainBound(tree, { minimise, limit: budget, loose, kept });
  return { tree: bound.tree, box: { budget, deadline: bound.amount, weighted: bound.weighted } };
}

function broken({ deadline, budget }: Limits, time: number, cost: number): Unsolved | undefined {
  if (cost > budget) return { impossible: "budget", reachable: cost };
  if (time > deadline) return { impossible: "deadline", reachable: time };
  return undefined;
}
