import { type Clock, systemClock } from "../../base/clock.ts";
import { AloftError } from "../../base/errors.ts";
import { compile } from "./compile.ts";
import type { Graph } from "./graph.ts";
import { type GraphSolved, solveGraph } from "./graph-solver.ts";
import type { Solve } from "./mixed-integer.ts";
import { alternativesOf, placedBy } from "./placement.ts";
import {
  type Goal,
  type PlacementOutcome,
  type PlacementProblem,
  type Proof,
  tolerance,
} from "./problem.ts";
import { refusalOf, strandedStep } from "./refusals.ts";
import { treeOf } from "./tree.ts";
import { type Limits, type Solved, solveTree } from "./tree-solver.ts";

export interface PlacementOptions {
  /** For graphs that are no trees. */
  readonly solve: Solve;
  /** How long the solver may take in all. */
  readonly seconds?: number;
  readonly clock?: Pick<Clock, "elapsed">;
}

/** Long enough for a few hundred options, short enough to wait for. */
const usualSeconds = 10;

/**
 * The best place of each step. Trees, chains among them, are solved exactly by dynamic programming, other graphs by the mixed-integer solver.
 * The same problem has the same answer every time, except where the solver runs out of time. Throws `bad-input` for what is no problem.
 */
export async function placeSteps(
  problem: PlacementProblem,
  goal: Goal,
  options: PlacementOptions,
): Promise<PlacementOutcome> {
  const limits = limitsOf(goal);
  const graph = compile(problem);
  const stranded = strandedStep(problem, graph);
  if (stranded) return stranded;
  const { solved, method } = await solvedBy(graph, limits, options);
  if (!("choice" in solved)) return refusalOf(solved, goal, graph);
  const proof = proofOf(method, "gap" in solved ? solved.gap : 0);
  const placed = placedBy(problem, graph, solved.choice);
  return { placement: { ...placed, proof, alternatives: alternativesOf(problem, goal, graph) } };
}

async function solvedBy(
  graph: Graph,
  limits: Limits,
  { solve, seconds = usualSeconds, clock = systemClock }: PlacementOptions,
): Promise<{ solved: Solved | GraphSolved; method: Proof["method"] }> {
  const tree = treeOf(graph);
  const solved = tree && solveTree(tree, limits);
  // A front with too many pairs may still be a small program.
  if (solved && !("impossible" in solved && solved.impossible === "size"))
    return { solved, method: "dynamic programming" };
  const answer = await solveGraph(graph, { limits, solve, seconds, clock });
  return { solved: answer, method: "HiGHS" };
}

function limitsOf({ minimise, deadline, budget }: Goal): Limits {
  for (const [name, limit] of Object.entries({ deadline, budget }))
    if (limit !== undefined && !(limit >= 0))
      throw new AloftError("bad-input", `the ${name} is ${limit}; expected a number from 0`);
  const roomy = (limit = Number.POSITIVE_INFINITY): number => limit * (1 + tolerance);
  return { minimise, deadline: roomy(deadline), budget: roomy(budget) };
}

function proofOf(method: Proof["method"], gap: number): Proof {
  if (gap === 0) return { method, gap, text: `optimal by ${method}` };
  // Rounded up: never better than proved.
  const percent = Math.ceil(gap * 1000) / 10;
  return { method, gap, text: `within ${percent} % by ${method} when time ran out` };
}
