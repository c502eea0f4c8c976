import { at, type Choice, type Graph, nodeOf } from "./graph.ts";
import {
  type Alternative,
  type Goal,
  type Placed,
  type PlacementProblem,
  within,
} from "./problem.ts";
import { chosenEntry, scheduleOf } from "./schedule.ts";

/** A choice in the words of its problem. Transfers of no bytes are left out. */
export function placedBy(
  { places, steps }: PlacementProblem,
  graph: Graph,
  choice: Choice,
): Placed {
  const schedule = scheduleOf(graph, choice);
  const placeOf = (node: number): string =>
    places[at(nodeOf(graph, node).places, at(choice, node))] ?? "";
  return {
    seconds: schedule.seconds,
    cost: schedule.cost,
    steps: steps.map(({ name }, node) => ({
      step: name,
      place: placeOf(node),
      start: at(schedule.start, node),
      end: at(schedule.end, node),
      seconds: at(nodeOf(graph, node).seconds, at(choice, node)),
      cost: at(nodeOf(graph, node).cost, at(choice, node)),
    })),
    transfers: graph.links
      .filter(({ flow }) => flow.bytes > 0)
      .map((link) => ({
        ...link.flow,
        fromPlace: placeOf(link.from),
        toPlace: placeOf(link.to),
        seconds: at(link.seconds, chosenEntry(graph, link, choice)),
        cost: at(link.cost, chosenEntry(graph, link, choice)),
      })),
  };
}

/** Everything at one place, for each place where that is possible; the best first, then in the order of places. */
export function alternativesOf(problem: PlacementProblem, goal: Goal, graph: Graph): Alternative[] {
  const found = problem.places.flatMap((everythingAt, place) => {
    const choice = graph.nodes.map(({ isStep, places }) => (isStep ? places.indexOf(place) : 0));
    if (choice.includes(-1)) return [];
    const { seconds, cost } = scheduleOf(graph, Int32Array.from(choice));
    if (cost === Number.POSITIVE_INFINITY) return [];
    const keepsLimits = within(seconds, goal.deadline) && within(cost, goal.budget);
    return [{ everythingAt, seconds, cost, keepsLimits }];
  });
  return found.toSorted(
    (a, b) =>
      Number(b.keepsLimits) - Number(a.keepsLimits) ||
      (goal.minimise === "cost" ? a.cost - b.cost : a.seconds - b.seconds),
  );
}
