import type { CostTerm, Estimate, Term } from "../../model/estimate.ts";
import { sumOfDependent, sumOfIndependent } from "../estimate-sum.ts";

/**
 * What a run costs in all; `null` where a term is unknown. Compute, storage and licences are charged by the time, which is the same
 * for all three: they rise together, and the points of such a sum are the sums of the points (J. Dhaene and others, The concept of
 * comonotonicity in actuarial science and finance: theory, Insurance: Mathematics and Economics 31 (2002) 3). Transfer is charged by
 * bytes and taken as independent of time; a run that writes more because it runs longer has a wider total than this.
 */
export function totalCost(parts: Readonly<Record<CostTerm, Estimate | null>>): Estimate | null {
  const { compute, storage, licence, transfer } = parts;
  if (compute === null || storage === null || licence === null || transfer === null) return null;
  return sumOfIndependent([sumOfDependent([compute, storage, licence]), transfer]);
}

/** `totalCost` of terms. */
export function totalOfTerms(terms: Readonly<Record<CostTerm, Term>>): Estimate | null {
  const { compute, storage, licence, transfer } = terms;
  return totalCost({
    compute: compute.estimate,
    storage: storage.estimate,
    licence: licence.estimate,
    transfer: transfer.estimate,
  });
}
