import type { CostTerm, Term, TimeTerm } from "../model/estimate.ts";
import type { Candidate } from "../model/plan.ts";
import { totalOfTerms } from "./cost/total-cost.ts";
import { sumOfIndependent } from "./estimate-sum.ts";

type Totals = Pick<Candidate, "seconds" | "atLeastSeconds" | "price" | "atLeastPrice">;

/**
 * The sums of the terms. Times are independent of one another: a long queue makes no run longer. A sum with an unknown term is
 * unknown; what is known of it is told beside.
 */
export function totals(
  time: Readonly<Record<TimeTerm, Term>>,
  cost: Readonly<Record<CostTerm, Term>>,
): Totals {
  const [times, costs] = [Object.values(time), Object.values(cost)];
  return {
    seconds: whole(times),
    atLeastSeconds: known(times),
    price: totalOfTerms(cost),
    atLeastPrice: cost.compute.estimate === null ? null : known(costs),
  };
}

function whole(terms: readonly Term[]): Candidate["seconds"] {
  const estimates = terms.flatMap(({ estimate }) => estimate ?? []);
  return estimates.length < terms.length ? null : sumOfIndependent(estimates);
}

function known(terms: readonly Term[]): number {
  return terms.reduce((sum, { estimate }) => sum + (estimate?.median ?? 0), 0);
}
