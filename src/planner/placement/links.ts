import { AloftError } from "../../base/errors.ts";
import { at, type Link, type Node } from "./graph.ts";
import type { Flow, PlacementProblem, TransferFunction } from "./problem.ts";

export interface Ends {
  readonly from: number;
  readonly to: number;
  readonly flow: Flow;
}

/** Transfers with typed matrices. Throws `bad-input` for matrices of another size. */
export function typedTransfers({ transfers, places }: PlacementProblem): Transfers {
  if (typeof transfers === "function") return transfers;
  const typed = (matrix: ArrayLike<number>): Float64Array => {
    if (matrix.length !== places.length ** 2)
      throw new AloftError(
        "bad-input",
        `a matrix of transfers has ${matrix.length} entries; expected ${places.length} × ${places.length}`,
      );
    return matrix instanceof Float64Array ? matrix : Float64Array.from(matrix);
  };
  const { latency, secondsPerByte, costPerByte } = transfers;
  return {
    places: places.length,
    latency: typed(latency),
    secondsPerByte: typed(secondsPerByte),
    costPerByte: typed(costPerByte),
  };
}

export type Transfers = TransferFunction | TypedMatrices;

interface TypedMatrices {
  readonly places: number;
  readonly latency: Float64Array;
  readonly secondsPerByte: Float64Array;
  readonly costPerByte: Float64Array;
}

/** What a flow takes between all options of its ends. Throws `bad-input` for what is below zero or no number. */
export function linkBetween(ends: Ends, nodes: readonly Node[], transfers: Transfers): Link {
  const rows = nodes[ends.from]?.places ?? noPlaces;
  const columns = nodes[ends.to]?.places ?? noPlaces;
  const size = rows.length * columns.length;
  const link = { ...ends, seconds: new Float64Array(size), cost: new Float64Array(size) };
  if (ends.flow.bytes === 0) return link;
  if (typeof transfers === "function") fillByFunction(link, { rows, columns }, transfers);
  else fillByMatrices(link, { rows, columns }, transfers);
  settle(link);
  return link;
}

const noPlaces = new Int32Array();

interface Grid {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

function fillByFunction(link: Link, { rows, columns }: Grid, transfer: TransferFunction): void {
  let index = 0;
  for (const row of rows)
    for (const column of columns) {
      const amounts = transfer(link.flow, row, column);
      link.seconds[index] = amounts === null ? Number.POSITIVE_INFINITY : amounts.seconds;
      link.cost[index] = amounts === null ? Number.POSITIVE_INFINITY : amounts.cost;
      index += 1;
    }
}

function fillByMatrices(link: Link, { rows, columns }: Grid, matrices: TypedMatrices): void {
  const { places, latency, secondsPerByte, costPerByte } = matrices;
  const { seconds, cost } = link;
  const { bytes } = link.flow;
  let index = 0;
  for (const row of rows)
    for (const column of columns) {
      const cell = row * places + column;
      seconds[index] = at(latency, cell) + bytes * at(secondsPerByte, cell);
      cost[index] = bytes * at(costPerByte, cell);
      index += 1;
    }
}

/** No way is no way by both measures, so that either can be weighed without the other. */
function settle({ flow, seconds, cost }: Link): void {
  for (let index = 0; index < seconds.length; index += 1) {
    const [time, price] = [at(seconds, index), at(cost, index)];
    if (!(time >= 0 && price >= 0)) {
      const [from, to] = [flow.from ?? "its place", flow.to ?? "its place"];
      const message = `moving data from ${from} to ${to} takes ${time} s and costs ${price}; expected numbers from 0`;
      throw new AloftError("bad-input", message);
    }
    if (time + price < Number.POSITIVE_INFINITY) continue;
    seconds[index] = Number.POSITIVE_INFINITY;
    cost[index] = Number.POSITIVE_INFINITY;
  }
}
