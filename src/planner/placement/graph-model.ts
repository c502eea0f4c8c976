import { at, type Choice, entry, type Graph, type Link, nodeOf } from "./graph.ts";
import { createModelBuilder, type MixedIntegerModel, type ModelBuilder } from "./mixed-integer.ts";
import { scheduleOf } from "./schedule.ts";
import type { Limits } from "./tree-solver.ts";

export interface GraphModel {
  readonly model: MixedIntegerModel;
  /** One unit of the objective. */
  readonly scale: number;
  choice(values: Float64Array): Choice;
}

/** What is about one in size of a good placement: solvers work with absolute tolerances. */
export interface Scales {
  readonly seconds: number;
  readonly cost: number;
}

/** How many columns `modelOf` makes at most. */
export function sizeOf(graph: Graph): number {
  const pairs = graph.links.reduce((sum, { cost }) => sum + cost.length, 0);
  return graph.nodes.reduce((sum, { places }) => sum + places.length + 1, pairs);
}

/**
 * The mixed-integer program of a placement. For each option of each node a column that is 1 where it is chosen; for each link and pair of
 * options a column that is 1 where both are, tied to them by its row and column sums (the local polytope of Wainwright and
 * Jordan, Graphical models, exponential families, and variational inference, 2008, chapter 4, which is exact on trees). Where time
 * counts, a column for the end of each node, which is no earlier than the end of what it waits for, the transfer and its own time.
 */
export function modelOf(graph: Graph, limits: Limits, { scales, start }: ModelOptions): GraphModel {
  const builder = createModelBuilder();
  const draft: Draft = { graph, builder, scales, cost: new Map(), values: [], start };
  const options = graph.nodes.map((_, node) => optionColumns(draft, node));
  const timed = limits.minimise === "time" || limits.deadline < Number.POSITIVE_INFINITY;
  const pairs = graph.links.map((link) => pairColumns(draft, link, options));
  if (timed) timeRows(draft, limits, { options, pairs });
  const cost = [...draft.cost];
  if (limits.minimise === "cost")
    for (const [column, amount] of cost) builder.weigh(column, amount);
  if (limits.budget < Number.POSITIVE_INFINITY)
    builder.row({ upper: limits.budget / scales.cost, entries: cost });
  return {
    model: builder.built(start && Float64Array.from(draft.values)),
    scale: limits.minimise === "cost" ? scales.cost : scales.seconds,
    choice: (values) =>
      Int32Array.from(options, (columns) => {
        const chosen = columns.map((column) => at(values, column));
        return chosen.indexOf(Math.max(...chosen));
      }),
  };
}

interface ModelOptions {
  readonly scales: Scales;
  /** A placement that keeps the limits. */
  readonly start: Choice | undefined;
}

interface Draft {
  readonly graph: Graph;
  readonly builder: ModelBuilder;
  readonly scales: Scales;
  /** Of the whole, by column. */
  readonly cost: Map<number, number>;
  /** Of the start, by column. */
  readonly values: number[];
  readonly start: Choice | undefined;
}

interface Amount {
  readonly column: number;
  readonly seconds: number;
}

function charge({ cost, scales }: Draft, column: number, amount: number): void {
  cost.set(column, (cost.get(column) ?? 0) + amount / scales.cost);
}

function optionColumns(draft: Draft, node: number): number[] {
  const { builder, graph, start, values } = draft;
  const columns = Array.from(nodeOf(graph, node).cost, (cost, option) => {
    const column = builder.column({ upper: 1, integer: true });
    values[column] = start && at(start, node) === option ? 1 : 0;
    charge(draft, column, cost);
    return column;
  });
  builder.row({ lower: 1, upper: 1, entries: columns.map((column) => [column, 1]) });
  return columns;
}

/** The columns that take time on a link, with their times; a pair without a way can be chosen by none. */
function pairColumns(draft: Draft, link: Link, options: readonly (readonly number[])[]): Amount[] {
  const { builder, graph, start, values, scales } = draft;
  const [froms, tos] = [options[link.from] ?? [], options[link.to] ?? []];
  const amounts: Amount[] = [];
  const sums = new Map([...froms, ...tos].map((column) => [column, [] as number[]]));
  for (const [a, from] of froms.entries())
    for (const [b, to] of tos.entries()) {
      const index = entry(graph, link, [a, b]);
      const seconds = at(link.seconds, index);
      if (seconds === Number.POSITIVE_INFINITY) continue;
      // Where one end has a single option, the other end's option is the pair.
      const single = froms.length === 1 ? to : tos.length === 1 ? from : undefined;
      const column = single ?? builder.column({});
      charge(draft, column, at(link.cost, index));
      amounts.push({ column, seconds: seconds / scales.seconds });
      sums.get(from)?.push(column);
      sums.get(to)?.push(column);
      if (single === undefined && start)
        values[column] = at(start, link.from) === a && at(start, link.to) === b ? 1 : 0;
    }
  for (const [option, columns] of sums) {
    // An option that is itself its only pair needs no tie; one without a way is struck out.
    if (columns.includes(option)) continue;
    const entries = columns.map((column) => [column, 1] as const);
    builder.row({ lower: 0, upper: 0, entries: [...entries, [option, -1]] });
  }
  return amounts;
}

interface TimeColumns {
  readonly options: readonly (readonly number[])[];
  /** By link. */
  readonly pairs: readonly (readonly Amount[])[];
}

/** An end for each node, within the deadline; with time to minimise, a column that none of them passes. */
function timeRows(draft: Draft, limits: Limits, { options, pairs }: TimeColumns): void {
  const { builder, graph, scales, start, values } = draft;
  const upper = limits.deadline / scales.seconds;
  const schedule = start && scheduleOf(graph, start);
  const ends = graph.nodes.map((_, node) => {
    const column = builder.column({ upper });
    values[column] = schedule ? at(schedule.end, node) / scales.seconds : 0;
    return column;
  });
  const own = graph.nodes.map(({ seconds }, node) =>
    Array.from(
      seconds,
      (time, option) => [options[node]?.[option] ?? 0, -time / scales.seconds] as const,
    ),
  );
  for (const [node, end] of ends.entries())
    builder.row({ lower: 0, entries: [[end, 1], ...(own[node] ?? [])] });
  for (const [index, { from, to }] of graph.links.entries()) {
    // A column may take time both as an option and as a pair.
    const taken = new Map(own[to]);
    for (const { column, seconds } of pairs[index] ?? [])
      taken.set(column, (taken.get(column) ?? 0) - seconds);
    builder.row({ lower: 0, entries: [[ends[to] ?? 0, 1], [ends[from] ?? 0, -1], ...taken] });
  }
  if (limits.minimise === "cost") return;
  const last = builder.column({ upper });
  builder.weigh(last, 1);
  values[last] = schedule ? schedule.seconds / scales.seconds : 0;
  for (const end of ends)
    builder.row({
      lower: 0,
      entries: [
        [last, 1],
        [end, -1],
      ],
    });
}
