/** What is known of the coefficients of a linear model: a normal distribution. */
export interface Coefficients {
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/** One observation `y = x·β + ε` with ε of this variance. */
export interface LinearObservation {
  readonly x: readonly number[];
  readonly y: number;
  readonly variance: number;
}

/**
 * Bayesian linear regression with known noise, one observation after the other (the Kalman filter's update for a state that
 * stands still). No matrix is inverted, so a prior that ties coefficients
 * together exactly is allowed.
 */
export function learn(
  prior: Coefficients,
  observations: readonly LinearObservation[],
): Coefficients {
  const mean = [...prior.mean];
  const covariance = prior.covariance.map((row) => [...row]);
  for (const { x, y, variance } of observations) {
    const reach = covariance.map((row) => dot(row, x));
    const total = dot(reach, x) + variance;
    const surprise = y - dot(mean, x);
    reach.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + (value / total) * surprise;
      const row = covariance[i];
      reach.forEach((other, j) => {
        if (row) row[j] = (row[j] ?? 0) - (value * other) / total;
      });
    });
  }
  return { mean, covariance };
}

/** Mean and variance of `x·β`. */
export function predictLinear(
  { mean, covariance }: Coefficients,
  x: readonly number[],
): { mean: number; variance: number } {
  let variance = 0;
  for (let i = 0; i < x.length; i += 1) variance += (x[i] ?? 0) * dot(covariance[i] ?? [], x);
  return { mean: dot(mean, x), variance: Math.max(0, variance) };
}

/** A prior of coefficients that know nothing of each other. */
export function independent(mean: readonly number[], deviations: readonly number[]): Coefficients {
  return {
    mean,
    covariance: deviations.map((one, i) => deviations.map((_, j) => (i === j ? one * one : 0))),
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < b.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
