import { fcnnlsVector } from "ml-fcnnls";

/** Where Huber's loss turns from squares to absolute values, in standard deviations: 95 % efficient for normal noise. */
const huber = 1.345;
/** Of a normal distribution, standard deviation over median absolute deviation. */
const madToDeviation = 1.4826;
/**
 * Huber's weights for relative errors (Huber, Robust Statistics, 1981, chapter 7): least squares with them again and again does not let
 * a few strange runs bend a curve.
 */
export function huberWeights(errors: readonly number[]): number[] {
  const sizes = errors.map(Math.abs).toSorted((a, b) => a - b);
  const deviation = madToDeviation * (sizes[sizes.length >> 1] ?? 0);
  // So few distinct errors that most are zero: nothing there is strange.
  if (deviation < 1e-9) return errors.map(() => 1);
  return errors.map((error) => Math.min(1, (huber * deviation) / Math.abs(error)));
}

/** A trace of ridge: of columns that the data cannot tell apart, none becomes huge. */
const ridge = 1e-4;

/**
 * Non-negative coefficients of `seconds ≈ features · coefficients` with the least weighted sum of squared relative errors
 * (ml-fcnnls, after Van Benthem and Keenan, Journal of Chemometrics 18, 2004). `null` where the solver finds none.
 */
export function weightedNnls(
  features: readonly (readonly number[])[],
  seconds: readonly number[],
  weights: readonly number[],
): number[] | null {
  const columns = features[0]?.length ?? 0;
  const rows = features.map((row, i) => {
    const factor = Math.sqrt(weights[i] ?? 1) / (seconds[i] ?? 1);
    return row.map((value) => value * factor);
  });
  const norms = Array.from(
    { length: columns },
    (_, k) => Math.hypot(...rows.map((row) => row[k] ?? 0)) || 1,
  );
  const scaled = rows.map((row) => row.map((value, k) => value / (norms[k] ?? 1)));
  const small = norms.map((_, k) => norms.map((__, j) => (j === k ? ridge : 0)));
  try {
    const solution = fcnnlsVector(
      [...scaled, ...small],
      [...weights.map(Math.sqrt), ...norms.map(() => 0)],
      { maxIterations: 20 * columns, gradientTolerance: 1e-8 },
    );
    return solution.K.to1DArray().map((value, k) => Math.max(0, value) / (norms[k] ?? 1));
  } catch {
    // The solver throws where it does not converge: another form of the curve is used then.
    return null;
  }
}
