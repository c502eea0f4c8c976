import { frontInside } from "./box.ts";
import { compile } from "./compile.ts";
import { placedBy } from "./placement.ts";
import type { NoPlacement, Placed, PlacementProblem } from "./problem.ts";
import { noWay, refused, strandedStep } from "./refusals.ts";
import { treeOf } from "./tree.ts";

export type ParetoOutcome = { readonly placements: readonly Placed[] } | NoPlacement;

const everything = { deadline: Number.POSITIVE_INFINITY, budget: Number.POSITIVE_INFINITY };

/**
 * The placements of which none is both faster and cheaper, from the fastest to the cheapest; one of those that are the same by both
 * measures. Exact by dynamic programming where data flows along chains, or trees in one direction; refused elsewhere, and where there
 * are too many. Throws `bad-input` for what is no problem.
 */
export function paretoPlacements(problem: PlacementProblem): ParetoOutcome {
  const graph = compile(problem);
  const stranded = strandedStep(problem, graph);
  if (stranded) return stranded;
  const tree = treeOf(graph);
  if (!tree?.oneWay)
    return refused(
      "no-front",
      "all that is both fast and cheap is found only along chains and trees of one direction",
      "ask for a deadline or a budget",
    );
  const front = frontInside({ tree }, everything);
  if (front === "size")
    return refused(
      "too-large",
      "too many placements are both fast and cheap",
      "ask for a deadline or a budget",
    );
  if (front === null) return noWay(graph);
  return { placements: front.pairs.refs.map((ref) => placedBy(problem, graph, front.choice(ref))) };
}
