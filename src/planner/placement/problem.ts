import type { Refusal } from "../../model/plan.ts";

/** A step and what it takes at each place, in the order of `places`. */
export interface StepAtPlaces {
  readonly name: string;
  /** Seconds from having its data to its end; `null`: it cannot run there, or nobody knows how long. */
  readonly seconds: ArrayLike<number | null>;
  /** In the plan's currency; `null`: it cannot run there, or nobody knows the price. */
  readonly cost: ArrayLike<number | null>;
  /** The only place where it may run. */
  readonly fixed?: string | undefined;
}

/** `to` starts when `from` has ended and its data has arrived. 0 bytes: only the order matters, nothing moves. */
export interface DataEdge {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** Data outside of the steps: where it lies before, or where it has to be in the end. */
export interface DataAt {
  readonly step: string;
  readonly place: string;
  readonly bytes: number;
}

/** What moving data takes when each byte takes the same. Entry `from * places + to`; `Infinity`: there is no way. */
export interface TransferMatrices {
  /** Seconds before the first byte. */
  readonly latency: ArrayLike<number>;
  readonly secondsPerByte: ArrayLike<number>;
  readonly costPerByte: ArrayLike<number>;
}

/** Data on its way: between two steps, to a step from where it lies (`from` is null), or from a step to where it is wanted. */
export interface Flow {
  readonly from: string | null;
  readonly to: string | null;
  readonly bytes: number;
}

/** Places by index; `null`: there is no way from one to the other. */
export type TransferFunction = (flow: Flow, from: number, to: number) => Amounts | null;

export interface Amounts {
  readonly seconds: number;
  readonly cost: number;
}

export interface PlacementProblem {
  readonly places: readonly string[];
  readonly steps: readonly StepAtPlaces[];
  readonly edges: readonly DataEdge[];
  readonly inputs?: readonly DataAt[];
  readonly results?: readonly DataAt[];
  readonly transfers: TransferMatrices | TransferFunction;
}

/**
 * What is wanted. Among placements that are equally good, the better one by the other measure. Limits hold within 1e-9 of
 * themselves.
 */
export interface Goal {
  /** `time`: from the start to the end of the last step, with room for any number of steps at every place. */
  readonly minimise: "cost" | "time";
  readonly deadline?: number | undefined;
  readonly budget?: number | undefined;
}

export interface PlacedStep extends Amounts {
  readonly step: string;
  readonly place: string;
  /** Seconds after the start of the whole. */
  readonly start: number;
  readonly end: number;
}

export interface PlacedTransfer extends Flow, Amounts {
  readonly fromPlace: string;
  readonly toPlace: string;
}

/** What else could be chosen, to compare with. */
export interface Alternative extends Amounts {
  readonly everythingAt: string;
  readonly keepsLimits: boolean;
}

export interface Proof {
  readonly method: "dynamic programming" | "HiGHS";
  /** The best possible is at most this part better: 0 where it is proved optimal. */
  readonly gap: number;
  readonly text: string;
}

export interface Placed extends Amounts {
  readonly steps: readonly PlacedStep[];
  readonly transfers: readonly PlacedTransfer[];
}

export interface Placement extends Placed {
  readonly proof: Proof;
  /** The best first. */
  readonly alternatives: readonly Alternative[];
}

export interface NoPlacement {
  readonly placement: null;
  readonly refusal: Refusal;
  /** Of what the limit is on, the best that can be reached: seconds for a deadline, money for a budget. */
  readonly reachable?: number;
}

export type PlacementOutcome = { readonly placement: Placement } | NoPlacement;

/** Limits are compared with this part of themselves to spare: sums of fractions are not exact. */
export const tolerance = 1e-9;

export function within(amount: number, limit: number | undefined): boolean {
  return limit === undefined || amount <= limit + Math.abs(limit) * tolerance;
}
