import type { RateName, Rates } from "../../model/offer.ts";
import type { Profile } from "../../model/profile.ts";
import { type Coefficients, independent } from "./linear-posterior.ts";

/** What of a machine a program's speed can hang on. */
export type RateKind = "compute" | "memory" | "io";
export type Limit = NonNullable<Profile["limit"]> | "unknown";

/** Which rates tell of which kind: the ones that are nearer to real programs first. */
export const ratesOf: Readonly<Record<RateKind, readonly RateName[]>> = {
  compute: ["hplFlops", "coremark", "peakFlops"],
  memory: ["streamBytes"],
  io: ["ioBytes"],
};

/** What a transfer needs to know of a machine. */
export interface RatedMachine {
  readonly name: string;
  /** As Node names them: `x64`, `arm64`, … */
  readonly architecture: string;
  readonly cpus: number;
  readonly rates: Rates;
}

/** A rate that all of the machines have. */
export interface CommonRate {
  readonly kind: RateKind;
  readonly name: RateName;
}

/**
 * A program's time on two machines, t_A / t_B = Π (rate_B / rate_A)^β over the kinds of rates: the roofline (Williams, Waterman,
 * Patterson, CACM 52(4), 2009) says that one kind limits, β = 1 for it and 0 for others; programs of several phases lie between.
 * `prior` is what the limit says of β before any run is seen.
 */
export interface Roofline {
  readonly rates: readonly CommonRate[];
  readonly prior: Coefficients;
}

/** Rates measured on one architecture flatter programs on another, or slight them, by this much: assumed, as a standard deviation on the log scale. */
export const architectureDeviation = 0.1;
/** How far β of a declared limit may be from 1: a program is never all of one kind. */
const declaredDeviation = 0.15;
/** Of a mixture's shares. */
const mixedDeviation = 0.2;
/** With this one, 0 and 1 are the 10 % and the 90 % quantile around one half: all that a bound can be. */
const unknownDeviation = 0.39;

/**
 * The rates to compare for a limit, of what is common, and the prior of their exponents; `null` where nothing common bears on the
 * limit. Where the limit is unknown, each common kind may be it, or anything between them; where only one is known of
 * the machines, the other bound is "no change".
 */
export function roofline(limit: Limit, common: readonly CommonRate[]): Roofline | null {
  switch (limit) {
    case "compute":
    case "memory":
    case "io":
      return shares(
        common.filter(({ kind }) => kind === limit),
        declaredDeviation,
      );
    case "mixed":
      return shares(common, mixedDeviation);
    case "unknown":
      return shares(common, unknownDeviation);
  }
}

function shares(rates: readonly CommonRate[], deviation: number): Roofline | null {
  const [only] = rates;
  if (only === undefined) return null;
  if (rates.length === 1) {
    const mean = deviation === declaredDeviation ? 1 : 0.5;
    return { rates, prior: independent([mean], [deviation]) };
  }
  // Shares of one whole: what one gains another loses, up to how much the whole may be off.
  const count = rates.length;
  const own = deviation ** 2;
  const covariance = rates.map((_, i) =>
    rates.map((__, j) => (i === j ? own : -own / (count - 1)) + declaredDeviation ** 2 / count),
  );
  return { rates, prior: { mean: rates.map(() => 1 / count), covariance } };
}

/** The first rate of each kind that every one of the machines has. */
export function commonRates(machines: readonly { readonly rates: Rates }[]): CommonRate[] {
  const kinds: readonly RateKind[] = ["compute", "memory", "io"];
  return kinds.flatMap((kind) => {
    const name = ratesOf[kind].find((one) =>
      machines.every(({ rates }) => rates[one] !== undefined),
    );
    return name === undefined ? [] : [{ kind, name }];
  });
}

/** The rate names whose knowledge would let a limit be compared. */
export function neededRates(limit: Limit): readonly RateName[] {
  if (limit === "compute" || limit === "memory" || limit === "io") return ratesOf[limit];
  return [...ratesOf.compute, ...ratesOf.memory];
}

/**
 * The logarithm of a rate: of one cpu where a model is over cpus, since serial work runs at that rate and n of them together at n times it; of the
 * whole machine where it is over machines.
 */
export function logRate(
  { cpus, rates }: Pick<RatedMachine, "cpus" | "rates">,
  name: RateName,
  over: "cpus" | "machines",
): number {
  const rate = rates[name] ?? Number.NaN;
  return Math.log(over === "cpus" ? rate / cpus : rate);
}
