import { frontInside } from "./box.ts";
import type { Choice } from "./graph.ts";
import { scheduleOf } from "./schedule.ts";
import { choiceOf, leastTimes } from "./times.ts";
import type { Solved, TreeProblem } from "./tree-solver.ts";

/**
 * On trees with data in both directions. For a given deadline the cheapest placement is found exactly; the least time is the least
 * deadline that some placement keeps, found by bisection to 1e-12 of itself.
 */
export function solveMixed(problem: TreeProblem): Solved {
  return problem.limits.minimise === "cost" ? cheapest(problem) : fastest(problem);
}

function cheapest(problem: TreeProblem): Solved {
  const { sums, limits } = problem;
  const found =
    limits.deadline === Number.POSITIVE_INFINITY
      ? sums.choice
      : cheapestWithin(problem, limits.deadline, Number.POSITIVE_INFINITY);
  if (found === "size") return { impossible: "size" };
  if (found === null) {
    const quickest = fastestWithin(problem, Number.POSITIVE_INFINITY, sums.choice);
    if (quickest === "size") return { impossible: "size" };
    const { seconds } = scheduleOf(problem.tree.graph, quickest);
    return { impossible: "deadline", reachable: seconds };
  }
  const { cost } = scheduleOf(problem.tree.graph, found);
  if (cost > limits.budget) return { impossible: "budget", reachable: cost };
  const choice = fastestWithin(problem, cost, found);
  return choice === "size" ? { impossible: "size" } : { choice };
}

function fastest(problem: TreeProblem): Solved {
  const { limits, sums, tree } = problem;
  const found = fastestWithin(problem, limits.budget, sums.choice);
  if (found === "size") return { impossible: "size" };
  const { seconds } = scheduleOf(tree.graph, found);
  if (seconds > limits.deadline) return { impossible: "deadline", reachable: seconds };
  const choice = cheapestWithin(problem, seconds, limits.budget);
  return choice === "size" ? { impossible: "size" } : { choice: choice ?? found };
}

function cheapestWithin(
  problem: TreeProblem,
  deadline: number,
  budget: number,
): Choice | null | "size" {
  const front = frontInside(problem, { deadline, budget });
  if (front === null || front === "size") return front;
  return front.choice(front.pairs.refs.at(-1) ?? -1);
}

/** Far more halvings than numbers that differ by more than rounding can need. */
const mostRounds = 100;

/** `start` keeps the budget. */
function fastestWithin(problem: TreeProblem, budget: number, start: Choice): Choice | "size" {
  const { tree } = problem;
  const { least } = leastTimes(tree, Number.POSITIVE_INFINITY);
  const secondsOf = (choice: Choice): number => scheduleOf(tree.graph, choice).seconds;
  let [best, low, high] = [start, least, secondsOf(start)];
  // No placement is faster than `least`; often one is as fast.
  let middle = low;
  for (let round = 0; round < mostRounds && high - low > 1e-12 * high; round += 1) {
    const found =
      budget === Number.POSITIVE_INFINITY
        ? anyWithin(problem, middle)
        : cheapestWithin(problem, middle, budget);
    if (found === "size") return "size";
    if (found === null) low = middle;
    else {
      best = found;
      high = Math.min(middle, secondsOf(found));
    }
    middle = (low + high) / 2;
  }
  return best;
}

function anyWithin({ tree }: TreeProblem, deadline: number): Choice | null {
  const times = leastTimes(tree, deadline * (1 + 1e-12));
  return times.least === Number.POSITIVE_INFINITY ? null : choiceOf(tree, times);
}
