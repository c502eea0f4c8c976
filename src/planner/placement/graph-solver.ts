import type { Clock } from "../../base/clock.ts";
import { withoutDominated } from "./dominated.ts";
import type { Choice, Graph } from "./graph.ts";
import { modelOf, sizeOf } from "./graph-model.ts";
import { goodChoice } from "./heuristic.ts";
import type { MixedIntegerSolution, Solve } from "./mixed-integer.ts";
import { widened } from "./narrow.ts";
import { tolerance } from "./problem.ts";
import { leastOf, scheduleOf } from "./schedule.ts";
import type { Limits, Unsolved } from "./tree-solver.ts";

export interface GraphRequest {
  readonly limits: Limits;
  readonly solve: Solve;
  /** For everything together. */
  readonly seconds: number;
  readonly clock: Pick<Clock, "elapsed">;
}

export type GraphSolved =
  | { readonly choice: Choice; readonly gap: number }
  | Unsolved
  /** Nothing is known in the end: time has run out, or the solver failed. */
  | { readonly impossible: "answer"; readonly detail: string };

/** More columns take the solver minutes before it starts to search. */
const mostColumns = 100_000;

/** The best placement on any graph by a mixed-integer solver; within `gap` of the best where time runs out. */
export async function solveGraph(whole: Graph, request: GraphRequest): Promise<GraphSolved> {
  const graph = withoutDominated(whole);
  const size = sizeOf(graph);
  if (size > mostColumns) return { impossible: "size" };
  const end = request.clock.elapsed() + request.seconds;
  const ask = createAsk(graph, request, () => Math.max(0, end - request.clock.elapsed()));
  const found = await best(graph, request.limits, ask);
  if (!("choice" in found)) return found;
  return { ...found, choice: widened(found.choice, graph, whole) };
}

interface Answer {
  readonly solution: MixedIntegerSolution;
  readonly choice: Choice | null;
  /** What is minimised is not below it. */
  readonly bound: number;
}

type Ask = (limits: Limits, start?: Choice) => Promise<Answer>;

function createAsk(graph: Graph, { solve }: GraphRequest, left: () => number): Ask {
  const all = { seconds: everything(graph, "seconds"), cost: everything(graph, "cost") };
  const { cost, seconds: time } = leastOf(graph);
  const least = { cost, time };
  return async (limits, given) => {
    const start = given ?? goodChoice(graph, limits) ?? undefined;
    const size = start && scheduleOf(graph, start);
    const scales = {
      seconds: scaleOf(limits.deadline, size?.seconds, all.seconds),
      cost: scaleOf(limits.budget, size?.cost, all.cost),
    };
    const built = modelOf(graph, limits, { scales, start });
    const solution = await solve(built.model, left());
    // Where time has run out before anything was found, the start is still as good as it was.
    const kept = solution.status === "time limit" && start ? start : null;
    return {
      solution,
      choice: solution.values ? built.choice(solution.values) : kept,
      bound: Math.max(solution.bound * built.scale, least[limits.minimise]),
    };
  };
}

/** A part of everything there is that a solver can still tell from nothing. */
const leastPart = 1e-6;

function scaleOf(limit: number, amount: number | undefined, all: number): number {
  const size = limit < endless ? limit : (amount ?? all);
  return Math.max(size, all * leastPart) || 1;
}

/** More than any placement takes. */
function everything({ nodes, links }: Graph, of: "seconds" | "cost"): number {
  return [...nodes, ...links].reduce(
    (sum, amounts) =>
      sum + amounts[of].reduce((most, one) => (one < endless ? Math.max(most, one) : most), 0),
    0,
  );
}

/** The limit on what is minimised is looked at in the end: so the best is told even where it is too much. */
async function best(graph: Graph, limits: Limits, ask: Ask): Promise<GraphSolved> {
  const { minimise } = limits;
  const open = {
    ...limits,
    ...(minimise === "cost" ? { budget: endless } : { deadline: endless }),
  };
  const { solution, choice, bound } = await ask(open);
  if (solution.status === "infeasible") return whyNot(graph, open, ask);
  if (choice === null) return { impossible: "answer", detail: solution.detail };
  const [amount, limited] = amounts(graph, choice, minimise);
  const [most, limit] =
    minimise === "cost" ? [limits.budget, limits.deadline] : [limits.deadline, limits.budget];
  if (limited > limit * (1 + tolerance))
    return { impossible: "answer", detail: `${solution.detail}, with a limit broken by rounding` };
  const optimal = solution.status === "optimal";
  const gap = optimal || amount === 0 ? 0 : Math.max(0, (amount - bound) / amount);
  if (amount > most) {
    const kind = minimise === "cost" ? "budget" : "deadline";
    if (optimal) return { impossible: kind, reachable: amount };
    return {
      impossible: "answer",
      detail: `${solution.detail}, with no placement within the ${kind}`,
    };
  }
  return { choice: optimal ? await evenBetter(graph, { limits, ask, choice }) : choice, gap };
}

const endless = Number.POSITIVE_INFINITY;

/** What is minimised, and the other measure. */
function amounts(graph: Graph, choice: Choice, minimise: Limits["minimise"]): [number, number] {
  const { seconds, cost } = scheduleOf(graph, choice);
  return minimise === "cost" ? [cost, seconds] : [seconds, cost];
}

interface Found {
  readonly limits: Limits;
  readonly ask: Ask;
  readonly choice: Choice;
}

/** The best by the other measure of those that are as good; where time runs out, as good as it was found. */
async function evenBetter(graph: Graph, { limits, ask, choice }: Found): Promise<Choice> {
  const [amount, other] = amounts(graph, choice, limits.minimise);
  const second: Limits =
    limits.minimise === "cost"
      ? { minimise: "time", budget: amount, deadline: limits.deadline }
      : { minimise: "cost", deadline: amount, budget: limits.budget };
  const answer = await ask(second, choice);
  if (answer.choice === null) return choice;
  const [same, better] = amounts(graph, answer.choice, limits.minimise);
  return same <= amount * (1 + tolerance) && better < other ? answer.choice : choice;
}

/** With no limits there are no ways; else the best that can be reached of what is limited. */
async function whyNot(
  graph: Graph,
  { minimise, deadline, budget }: Limits,
  ask: Ask,
): Promise<GraphSolved> {
  const limit = minimise === "cost" ? deadline : budget;
  if (limit === endless) return { impossible: "ways" };
  const other = minimise === "cost" ? "time" : "cost";
  const answer = await ask({ minimise: other, deadline: endless, budget: endless });
  if (answer.solution.status === "infeasible") return { impossible: "ways" };
  const kind = minimise === "cost" ? "deadline" : "budget";
  if (answer.choice === null || answer.solution.status !== "optimal")
    return {
      impossible: "answer",
      detail: `no placement keeps the ${kind}; ${answer.solution.detail}`,
    };
  return { impossible: kind, reachable: amounts(graph, answer.choice, other)[0] };
}
