import { formatDuration } from "../../base/durations.ts";
import type { Graph } from "./graph.ts";
import type { GraphSolved } from "./graph-solver.ts";
import type { Goal, NoPlacement, PlacementProblem } from "./problem.ts";
import type { Unsolved } from "./tree-solver.ts";

/** The first step that can run nowhere. */
export function strandedStep({ steps }: PlacementProblem, graph: Graph): NoPlacement | undefined {
  const step = steps.find((_, index) => graph.nodes[index]?.places.length === 0);
  if (!step) return undefined;
  return refused(
    "no-place",
    step.fixed === undefined
      ? `the step ${step.name} can run at none of the places, or its time or cost is known at none`
      : `the step ${step.name} is to run at ${step.fixed}, where it cannot, or its time or cost is not known`,
  );
}

/** Why there is no placement, in a sentence with the figures. */
export function refusalOf(
  unsolved: Unsolved | Exclude<GraphSolved, { choice: unknown }>,
  goal: Goal,
  graph: Graph,
): NoPlacement {
  switch (unsolved.impossible) {
    case "ways":
      return noWay(graph);
    case "deadline":
    case "budget":
      return {
        ...refused(unsolved.impossible, beyond(unsolved, goal)),
        reachable: unsolved.reachable,
      };
    case "size":
      return refused(
        "too-large",
        "the steps and places are too many for an exact placement",
        "leave out places, or steps that may as well run together",
      );
    case "answer":
      return refused(
        "no-answer",
        `the solver gave no placement: ${unsolved.detail}`,
        "give it more time",
      );
  }
}

export function refused(code: string, message: string, remedy?: string): NoPlacement {
  return { placement: null, refusal: { code, message, ...(remedy ? { remedy } : {}) } };
}

/** For a graph that no choice of options connects. */
export function noWay({ links }: Graph): NoPlacement {
  const cut = links.find(({ cost }) => cost.every((amount) => amount === Number.POSITIVE_INFINITY));
  if (!cut) return refused("no-way", "no places of the steps have a way for all data between them");
  const { from, to } = cut.flow;
  const [whose, what] =
    from === null
      ? [`the data of ${to}`, "from where it is to any place where it can run"]
      : to === null
        ? [`the results of ${from}`, "from any place where it can run to where they are wanted"]
        : [`the data from ${from} to ${to}`, "between any places where they can run"];
  return refused("no-way", `there is no way for ${whose} ${what}`);
}

interface Beyond {
  readonly impossible: "deadline" | "budget";
  readonly reachable: number;
}

/** The limit on what is minimised is weighed within the other limit, the other limit by itself. */
function beyond({ impossible, reachable }: Beyond, goal: Goal): string {
  const deadline = formatDuration(goal.deadline ?? 0);
  const budget = amount(goal.budget ?? 0);
  if (impossible === "deadline") {
    const given = goal.minimise === "time" && goal.budget !== undefined;
    const which = given ? `no placement within the budget of ${budget}` : "no placement";
    return `the deadline of ${deadline} cannot be kept: ${which} takes less than ${formatDuration(reachable)}`;
  }
  const given = goal.minimise === "cost" && goal.deadline !== undefined;
  const which = given ? `no placement within the deadline of ${deadline}` : "no placement";
  return `the budget of ${budget} cannot be kept: ${which} costs less than ${amount(reachable)}`;
}

/** Money of a currency that only the plan knows. */
function amount(value: number): string {
  return String(Number(value.toPrecision(6)));
}
