/** Waits in ascending order of `values`, each with a weight, and whether its end was seen. */
export interface WeightedWaits {
  readonly values: Float64Array;
  readonly ended: Uint8Array;
}

/**
 * Quantiles of a weighted sample of which some are only known to be longer than they are (Kaplan and Meier, JASA 53, 1958;
 * with the weights of a forest as in Li and Bradic, Censored Quantile Regression Forest, AISTATS 2020). Of equal values
 * those that ended come first. What lies beyond the last end is counted as that end (Efron 1967), so a quantile there is too low.
 * `probabilities` ascending.
 */
export function quantilesOf(
  { values, ended }: WeightedWaits,
  weights: Float64Array,
  probabilities: readonly number[],
): number[] {
  let left = 0;
  for (let at = 0; at < weights.length; at += 1) left += weights[at] ?? 0;
  const found: number[] = [];
  let surviving = 1;
  let last = 0;
  for (let at = 0; at < values.length && found.length < probabilities.length; at += 1) {
    const weight = weights[at] ?? 0;
    if (weight === 0) continue;
    if (ended[at] === 1) surviving *= Math.max(0, 1 - weight / left);
    left -= weight;
    last = values[at] ?? 0;
    // Far more than the error of adding up shares, and far less than any share.
    while (1 - surviving >= (probabilities[found.length] ?? Number.POSITIVE_INFINITY) - 1e-9)
      found.push(last);
  }
  while (found.length < probabilities.length) found.push(last);
  return found;
}
