import { fcnnlsVector } from "ml-fcnnls";

/** Where Huber's loss turns from squares to absolute values, in standard deviations: 95 % efficient for normal noise. */
const huber = 1.345;
/** Of a normal distribution, standard deviation over median absolute deviation. */
export const madToDeviation = 1.4826;
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
const ridge = 1e-8;

/**
 * Non-negative coefficients of `seconds ≈ features · coefficients` with the least weighted sum of squared relative errors
 * (ml-fcnnls, after Van Benthem and Keenan, Journal of Chemometrics 18, 2004). `null` where the solver finds none.
 *
 * The solver is given the triangle R of RᵀR = XᵀX in the place of X: the same problem with as many rows as columns.
 */
export function weightedNnls(
  features: readonly (readonly number[])[],
  seconds: readonly number[],
  weights: readonly number[],
): number[] | null {
  const { gram, right } = normalEquations(features, seconds, weights);
  const norms = gram.map((row, k) => Math.sqrt(row[k] ?? 0) || 1);
  const scaled = gram.map((row, k) =>
    row.map((value, j) => value / (norms[k] ?? 1) / (norms[j] ?? 1) + (j === k ? ridge : 0)),
  );
  const lower = cholesky(scaled);
  const target = forward(
    lower,
    right.map((value, k) => value / (norms[k] ?? 1)),
  );
  const upper = lower.map((_, k) => lower.map((row) => row[k] ?? 0));
  try {
    const solution = fcnnlsVector(upper, target, {
      maxIterations: 20 * norms.length,
      gradientTolerance: 1e-10,
    });
    return solution.K.to1DArray().map((value, k) => Math.max(0, value) / (norms[k] ?? 1));
  } catch {
    // The solver throws where it does not converge: another form of the curve is used then.
    return null;
  }
}

/** XᵀX and Xᵀ1 of the rows, each divided by its seconds. */
function normalEquations(
  features: readonly (readonly number[])[],
  seconds: readonly number[],
  weights: readonly number[],
): { gram: number[][]; right: number[] } {
  const columns = features[0]?.length ?? 0;
  const gram = Array.from({ length: columns }, () => Array.from({ length: columns }, () => 0));
  const right = Array.from({ length: columns }, () => 0);
  for (const [i, row] of features.entries()) {
    const second = seconds[i] ?? 1;
    const weight = weights[i] ?? 1;
    for (let k = 0; k < columns; k += 1) {
      const value = (weight * (row[k] ?? 0)) / second;
      right[k] = (right[k] ?? 0) + value;
      const sums = gram[k];
      if (sums !== undefined && value !== 0)
        for (let j = 0; j <= k; j += 1) sums[j] = (sums[j] ?? 0) + (value * (row[j] ?? 0)) / second;
    }
  }
  for (const [k, row] of gram.entries())
    for (let j = k + 1; j < columns; j += 1) row[j] = gram[j]?.[k] ?? 0;
  return { gram, right };
}

/** L of LLᵀ = a, which is positive definite. */
function cholesky(a: readonly (readonly number[])[]): number[][] {
  const lower = a.map((row) => row.map(() => 0));
  for (const [i, row] of lower.entries())
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i]?.[j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (row[k] ?? 0) * (lower[j]?.[k] ?? 0);
      row[j] = i === j ? Math.sqrt(Math.max(ridge, sum)) : sum / (lower[j]?.[j] ?? 1);
    }
  return lower;
}

/** x of Lx = b. */
function forward(lower: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x: number[] = [];
  for (const [i, row] of lower.entries()) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (row[k] ?? 0) * (x[k] ?? 0);
    x.push(sum / (row[i] ?? 1));
  }
  return x;
}
