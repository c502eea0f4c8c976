import type { Place } from "./scaling-point.ts";

/** How a time changes along an axis before runs have shown it: a power of the ratio, whose exponent is only roughly known. */
export interface AxisPrior {
  readonly exponent: number;
  readonly deviation: number;
}

/** Work is proportional to the input's size, more or less: exponents from 0.36 to 1.64 are the 10 % and 90 % quantiles. Assumed. */
export const sizePrior: AxisPrior = { exponent: 1, deviation: 0.5 };

/**
 * Of scale, where nothing is known: from "more do not help" (0) to "all is shared" (-1), which are the 10 % and 90 % quantiles.
 * Assumed: a program that nobody has seen at two scales may be either.
 */
export const scalePrior: AxisPrior = { exponent: -0.5, deviation: 0.39 };

/** A declared serial part is believed, up to a tenth of the speed-up's logarithm. */
export const amdahlPrior: AxisPrior = { exponent: -1, deviation: 0.1 };

/** What is known of a program's scaling besides its runs. */
export interface DeclaredScaling {
  /** Of its time on one cpu (Amdahl); `null`: not told. */
  readonly serialFraction: number | null;
}

/** Amdahl's speed-up on n cpus over one. */
export function speedup(n: number, serialFraction: number): number {
  return 1 / (serialFraction + (1 - serialFraction) / n);
}

/** The axes' values at a place, on the log scale, and what is known of their exponents. */
export function axesOf(
  place: Place,
  { serialFraction }: DeclaredScaling,
): { size: number; scale: number } {
  return {
    size: Math.log(place.size),
    scale:
      serialFraction === null
        ? Math.log(place.scale)
        : Math.log(speedup(place.scale, serialFraction)),
  };
}

export function scalePriorOf({ serialFraction }: DeclaredScaling): AxisPrior {
  return serialFraction === null ? scalePrior : amdahlPrior;
}
