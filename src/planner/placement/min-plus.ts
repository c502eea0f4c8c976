import { at } from "./graph.ts";

/** How much a second and how much a unit of money weigh. */
export interface Weights {
  readonly seconds: number;
  readonly cost: number;
}

export const costAlone: Weights = { seconds: 0, cost: 1 };
export const timeAlone: Weights = { seconds: 1, cost: 0 };

interface Amounts {
  readonly seconds: Float64Array;
  readonly cost: Float64Array;
}

export interface Passed {
  /** By option of the receiver: the least sum of a value and the weighted link; `Infinity` where there is no way. */
  readonly message: Float64Array;
  /** By option of the receiver: the sender's option for it; of equal ones the first. */
  readonly option: Int32Array;
}

/** The link's matrices have a row for each of the sender's values, or, if not `rows`, a column. */
export function minPlus(
  values: Float64Array,
  link: Amounts,
  { rows, weights }: { readonly rows: boolean; readonly weights: Weights },
): Passed {
  const count = link.cost.length / values.length;
  const message = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const passed = { message, option: new Int32Array(count) };
  if (rows) byRows(values, link, { ...weights, ...passed });
  else byColumns(values, link, { ...weights, ...passed });
  return passed;
}

/*
 * Where there is no way, a weight of zero makes NaN of `Infinity`; it is less than nothing, so that the pair is passed over as it
 * should be.
 */

function byRows(values: Float64Array, link: Amounts, into: Passed & Weights): void {
  const { seconds: times, cost: costs } = link;
  const { message, option, seconds, cost } = into;
  for (let a = 0, index = 0; a < values.length; a += 1) {
    const value = at(values, a);
    for (let b = 0; b < message.length; b += 1, index += 1) {
      const sum = value + seconds * at(times, index) + cost * at(costs, index);
      if (sum < at(message, b)) {
        message[b] = sum;
        option[b] = a;
      }
    }
  }
}

function byColumns(values: Float64Array, link: Amounts, into: Passed & Weights): void {
  const { seconds: times, cost: costs } = link;
  const { message, option, seconds, cost } = into;
  for (let b = 0, index = 0; b < message.length; b += 1) {
    let [least, chosen] = [Number.POSITIVE_INFINITY, 0];
    for (let a = 0; a < values.length; a += 1, index += 1) {
      const sum = at(values, a) + seconds * at(times, index) + cost * at(costs, index);
      if (sum < least) {
        least = sum;
        chosen = a;
      }
    }
    message[b] = least;
    option[b] = chosen;
  }
}
