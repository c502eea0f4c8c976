import type { Estimate } from "../model/estimate.ts";
import { moved, sumOfPair } from "./estimate-pair.ts";
import { z90 } from "./normal.ts";

/*
 * Sums of independent estimates. An estimate gives three points of a distribution; between and beyond them it is read as log-normal on
 * either side of its median, moved where it comes near zero (`valueAt`). The sum of such has no closed form. Matching moments by one
 * log-normal (Fenton 1960, IRE Transactions on Communications Systems 8:57) puts the 10 and 90 % points of wide ones off by a
 * quarter and more; so two are summed by quadrature, and more than two one after the other, the narrowest first.
 */

/** A ratio over this between neighbouring points is not believed to go on beyond them. */
const widest = 30;

/** A relative spread that is nothing but rounding. */
const exact = 1e-9;

/** What has to be added to an estimate so that a log-normal fits each side. */
function offset({ low, median, high }: Estimate): number {
  const right = (high - widest * median) / (widest - 1);
  const left = (median - widest * low) / (widest - 1);
  return Math.max(0, right, left);
}

/**
 * The value at a standard normal score of the distribution that an estimate is read as: `low`, `median` and `high` at
 * −1.2816, 0 and 1.2816, log-normal between and beyond.
 */
export function valueAt(estimate: Estimate, z: number): number {
  if (estimate.high === estimate.low) return estimate.median;
  const by = offset(estimate);
  const end = z < 0 ? estimate.low : estimate.high;
  const ratio = (end + by) / (estimate.median + by);
  return (estimate.median + by) * ratio ** (Math.abs(z) / z90) - by;
}

/** The 10, 50 and 90 % points of a sum of independent estimates; zero for none, exact for one and for constants. */
export function sumOfIndependent(terms: readonly Estimate[]): Estimate {
  let constant = 0;
  let only: Estimate | undefined;
  let several: Estimate[] | undefined;
  for (const term of terms) {
    if (term.high - term.low <= term.high * exact) constant += term.median;
    else if (only === undefined) only = term;
    else if (several === undefined) several = [only, term];
    else several.push(term);
  }
  if (only === undefined) return { low: constant, median: constant, high: constant };
  return several === undefined ? moved(only, constant) : sumOfSpread(several, constant);
}

function sumOfSpread(terms: Estimate[], constant: number): Estimate {
  if (terms.length > 2) terms.sort((a, b) => a.high - a.low - (b.high - b.low));
  let shift = constant;
  let sum: Estimate | undefined;
  for (const term of terms) {
    const by = offset(term);
    shift -= by;
    const next = by === 0 ? term : moved(term, by);
    if (sum === undefined) sum = next;
    else
      sum = next.high - next.low > sum.high - sum.low ? sumOfPair(next, sum) : sumOfPair(sum, next);
  }
  return moved(sum ?? { low: 0, median: 0, high: 0 }, shift);
}

/** The sum of estimates that rise and fall together: their points add up (Dhaene and others 2002, Insurance: Mathematics and Economics 31:3). */
export function sumOfDependent(terms: readonly Estimate[]): Estimate {
  const sum = { low: 0, median: 0, high: 0 };
  for (const { low, median, high } of terms) {
    sum.low += low;
    sum.median += median;
    sum.high += high;
  }
  return sum;
}
