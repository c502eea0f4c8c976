/**
 * The standard normal's quantile, to 9 digits: P. J. Acklam's rational approximation (2003). `p` lies between 0 and 1;
 * 0 and 1 themselves give infinities.
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tail, q) / (polynomial(tailBelow, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(middle, r) * q) / (polynomial(middleBelow, r) * r + 1);
}

const middle = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const middleBelow = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const tail = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const tailBelow = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

/** Highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * Student's t quantile for `p` above one half and at least one degree of freedom: G. W. Hill, Algorithm 396, Communications of the ACM 13(10), 1970;
 * exact for 1 and 2, to 4 digits and better above.
 */
export function studentQuantile(p: number, freedom: number): number {
  const both = 2 * (1 - p);
  if (freedom === 1) return 1 / Math.tan((both * Math.PI) / 2);
  if (freedom === 2) return Math.sqrt(2 / (both * (2 - both)) - 2);
  const a = 1 / (freedom - 0.5);
  const b = 48 / (a * a);
  const c = (((20700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * freedom;
  const x = d * both;
  const y = x ** (2 / freedom);
  return Math.sqrt(freedom * (y > 0.05 + a ? near(both, freedom, { a, b, c, d }) : far(y, d)));

  function far(y: number, d: number): number {
    const first = 1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3);
    return ((first + 0.5 / (freedom + 4)) * y - 1) * ((freedom + 1) / (freedom + 2)) + 1 / y;
  }
}

interface Hill {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

function near(both: number, freedom: number, { a, b, c: given, d }: Hill): number {
  const x = normalQuantile(both / 2);
  const square = x * x;
  const less = freedom < 5 ? given + 0.3 * (freedom - 4.5) * (x + 0.6) : given;
  const c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + less;
  const inner = ((((0.4 * square + 6.3) * square + 36) * square + 94.5) / c - square - 3) / b + 1;
  return Math.expm1(a * (inner * x) ** 2);
}
