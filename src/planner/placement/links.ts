import { AloftError } from "../../base/errors.ts";
import { at, type Link, type Node } from "./graph.ts";
import type { Flow, PlacementProblem, TransferFunction } from "./problem.ts";

export interface Ends {
  readonly from: number;
  readonly to: number;
  readonly flow: Flow;
}

/** Transfers with typed matrices. Throws `bad-input` for matrices of another size, and for numbers below zero. */
export function typedTransfers({ transfers, places }: PlacementProblem): Transfers {
  if (typeof transfers === "function") return transfers;
  const { latency, secondsPerByte, costPerByte } = transfers;
  const matrices = {
    places: places.length,
    latency: new Float64Array(latency),
    secondsPerByte: new Float64Array(secondsPerByte),
    costPerByte: new Float64Array(costPerByte),
  };
  for (const name of ["latency", "secondsPerByte", "costPerByte"] as const) {
    const matrix = matrices[name];
    if (matrix.length !== places.length ** 2)
      throw bad(
        `${name} has ${matrix.length} entries; expected ${places.length} × ${places.length}`,
      );
    for (let cell = 0; cell < matrix.length; cell += 1) {
      const value = at(matrix, cell);
      if (!(value >= 0)) throw bad(`${name}[${cell}] is ${value}; expected a number from 0`);
      // No way is no way by both measures, so that either can be weighed without the other.
      if (value === Number.POSITIVE_INFINITY)
        matrices.latency[cell] = matrices.costPerByte[cell] = value;
    }
  }
  return matrices;
}

function bad(message: string): AloftError {
  return new AloftError("bad-input", message);
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
  return link;
}

const noPlaces = new Int32Array();

interface Grid {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** No way is no way by both measures, so that either can be weighed without the other. */
function fillByFunction(link: Link, { rows, columns }: Grid, transfer: TransferFunction): void {
  const { flow, seconds, cost } = link;
  let index = 0;
  for (const row of rows)
    for (const column of columns) {
      const amounts = transfer(flow, row, column);
      const sum = amounts === null ? Number.POSITIVE_INFINITY : amounts.seconds + amounts.cost;
      if (amounts !== null && !(amounts.seconds >= 0 && amounts.cost >= 0))
        throw bad(
          `moving data from ${flow.from ?? "its place"} to ${flow.to ?? "its place"} takes ${amounts.seconds} s and costs ${amounts.cost}; expected numbers from 0`,
        );
      const isWay = amounts !== null && sum < Number.POSITIVE_INFINITY;
      seconds[index] = isWay ? amounts.seconds : Number.POSITIVE_INFINITY;
      cost[index] = isWay ? amounts.cost : Number.POSITIVE_INFINITY;
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
