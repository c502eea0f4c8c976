import type { Choice } from "./graph.ts";
import { costAlone } from "./min-plus.ts";
import { solveMixed } from "./mixed-tree-solver.ts";
import { solveOneWay } from "./one-way-solver.ts";
import type { Goal } from "./problem.ts";
import { leastSums, type Sums } from "./sums.ts";
import type { Tree } from "./tree.ts";

/** Limits with their tolerance; `Infinity` for none. */
export interface Limits {
  readonly minimise: Goal["minimise"];
  readonly deadline: number;
  readonly budget: number;
}

export interface TreeProblem {
  readonly tree: Tree;
  readonly limits: Limits;
  /** Of costs. Where time is minimised they keep the budget. */
  readonly sums: Sums;
}

export type Solved = { readonly choice: Choice } | Unsolved;

export type Unsolved =
  /** No ways between the places that could run the steps. */
  | { readonly impossible: "ways" }
  /**
   * With the least that can be reached: of what is minimised within the other limit, of the other limit without any.
   */
  | { readonly impossible: "deadline" | "budget"; readonly reachable: number }
  /** More pairs of time and cost than there is room for. */
  | { readonly impossible: "size" };

/** The best placement on a tree, exactly. */
export function solveTree(tree: Tree, limits: Limits): Solved {
  const sums = leastSums(tree, costAlone);
  if (sums.least === Number.POSITIVE_INFINITY) return { impossible: "ways" };
  if (limits.minimise === "time" && sums.least > limits.budget)
    return { impossible: "budget", reachable: sums.least };
  return (tree.oneWay ? solveOneWay : solveMixed)({ tree, limits, sums });
}
