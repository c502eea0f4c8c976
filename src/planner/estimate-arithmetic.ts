import type { Estimate } from "../model/estimate.ts";

export const nothing: Estimate = { low: 0, median: 0, high: 0 };

export function certain(value: number): Estimate {
  return { low: value, median: value, high: value };
}

/** A function that never falls maps points of a distribution to the same points of the result. */
export function mapped(estimate: Estimate, rising: (value: number) => number): Estimate {
  return {
    low: rising(estimate.low),
    median: rising(estimate.median),
    high: rising(estimate.high),
  };
}

/** The product of two independent estimates, none below zero: exact for log-normal ones, whose spreads add by their squares. */
export function product(a: Estimate, b: Estimate): Estimate {
  const median = a.median * b.median;
  // A median of zero has no logarithm: then as if both rose together.
  if (median === 0) return { low: a.low * b.low, median, high: a.high * b.high };
  const down = Math.hypot(Math.log(a.median / a.low), Math.log(b.median / b.low));
  const up = Math.hypot(Math.log(a.high / a.median), Math.log(b.high / b.median));
  return { low: median * Math.exp(-down), median, high: median * Math.exp(up) };
}

/** `a / b` for independent estimates, `b` above zero. */
export function quotient(a: Estimate, b: Estimate): Estimate {
  return product(a, { low: 1 / b.high, median: 1 / b.median, high: 1 / b.low });
}
