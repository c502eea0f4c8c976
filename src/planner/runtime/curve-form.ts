import type { Place, ScalingPoint } from "./scaling-point.ts";
import { distinct } from "./scaling-point.ts";

/**
 * How the time hangs on scale `n`. A summand is shared by the machines or cpus, or it is not: then more of them do not shorten it.
 *
 * - `constant`: does not hang on it. `proportional`: all is shared.
 * - `amdahl`: a serial and a shared part (Amdahl, AFIPS 1967). `contention`: and one that grows with n, which is the time of
 *   Gunther's universal scalability law (Guerrilla Capacity Planning, 2007).
 * - `ernest`: serial, shared, a tree of messages, and all-to-one messages (Venkataraman et al., Ernest, NSDI 2016).
 * - `coordinator`: one of the n only directs the others, as a Spark driver does; `coordinator-overhead`: and work that grows with n.
 */
export const scaleForms = {
  constant: { fixed: ["one"], shared: [] },
  proportional: { fixed: [], shared: ["each"] },
  amdahl: { fixed: ["one"], shared: ["each"] },
  coordinator: { fixed: ["one"], shared: ["eachButOne"] },
  contention: { fixed: ["one", "all"], shared: ["each"] },
  "coordinator-overhead": { fixed: ["one", "all"], shared: ["eachButOne"] },
  ernest: { fixed: ["one", "tree", "all"], shared: ["each"] },
} as const satisfies Record<string, { fixed: readonly Summand[]; shared: readonly Summand[] }>;
export type ScaleForm = keyof typeof scaleForms;

type Summand = "one" | "each" | "eachButOne" | "tree" | "all";

/** Which summands hang on the input's size: none, the shared ones (Ernest), or each of them partly. */
export type SizeForm = "none" | "shared" | "partly";

/** A parameter's way into the model: as it is or its logarithm, interpolated with straight lines (1) or parabolas (2). */
export interface ParameterForm {
  readonly scaling: "linear" | "logarithmic";
  readonly degree: 1 | 2;
}

/** Which curve, before its coefficients are known. */
export interface CurveForm {
  readonly scale: ScaleForm;
  readonly size: SizeForm;
  /** The work grows with size to this power. */
  readonly exponent: number;
  readonly parameters: readonly ParameterForm[];
}

/** The parameters' smallest and largest values seen. */
export type Ranges = readonly { readonly low: number; readonly high: number }[];

export function rangesOf(points: readonly Place[]): Ranges {
  return (points[0]?.parameters ?? []).map((_, i) => {
    const values = points.map(({ parameters }) => parameters[i] ?? 0);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
}

/** The summands' values at one place, and which of them are not shared. */
export interface Features {
  readonly values: number[];
  readonly fixed: readonly boolean[];
}

/**
 * Parameters multiply every summand by Bernstein polynomials of their place in the range seen: non-negative coefficients are then
 * the summand's values at the range's corners, and any curve between them that stays positive can be had (Farouki, The Bernstein
 * polynomial basis: a centennial retrospective, 2012).
 */
export function featuresOf(form: CurveForm, place: Place, ranges: Ranges): Features {
  const base = baseFeatures(form, place);
  const factors = parameterFactors(form.parameters, place.parameters, ranges);
  if (factors.length === 1) return base;
  return {
    values: factors.flatMap((factor) => base.values.map((value) => value * factor)),
    fixed: factors.flatMap(() => base.fixed),
  };
}

function baseFeatures({ scale, size, exponent }: CurveForm, place: Place): Features {
  const work = place.size ** exponent;
  const values: number[] = [];
  const fixed: boolean[] = [];
  const add = (summand: Summand, isFixed: boolean): void => {
    const value = summandAt(summand, place.scale);
    const alone = size === "none" || size === "partly" || isFixed;
    if (alone) values.push(value);
    if (size === "partly" || (size === "shared" && !isFixed)) values.push(value * work);
    while (fixed.length < values.length) fixed.push(isFixed);
  };
  for (const summand of scaleForms[scale].fixed) add(summand, true);
  for (const summand of scaleForms[scale].shared) add(summand, false);
  return { values, fixed };
}

function summandAt(summand: Summand, n: number): number {
  switch (summand) {
    case "one":
      return 1;
    case "each":
      return 1 / n;
    case "eachButOne":
      return 1 / (n - 1);
    case "tree":
      return Math.log(n);
    case "all":
      return n;
  }
}

function parameterFactors(
  forms: readonly ParameterForm[],
  values: readonly number[],
  ranges: Ranges,
): number[] {
  let factors = [1];
  for (const [i, form] of forms.entries()) {
    const at = position(form, values[i] ?? 0, ranges[i] ?? { low: 0, high: 1 });
    const basis = form.degree === 1 ? [1 - at, at] : [(1 - at) ** 2, 2 * at * (1 - at), at * at];
    factors = factors.flatMap((factor) => basis.map((value) => factor * value));
  }
  return factors;
}

/** 0 at the lowest value seen and 1 at the highest. */
function position(
  { scaling }: ParameterForm,
  value: number,
  { low, high }: { low: number; high: number },
): number {
  if (low === high) return 0;
  return scaling === "linear"
    ? (value - low) / (high - low)
    : Math.log(value / low) / Math.log(high / low);
}

/** The forms that these points can tell apart, the simplest first. */
export function possibleForms(points: readonly ScalingPoint[]): {
  scales: ScaleForm[];
  sizes: Pick<CurveForm, "size" | "exponent">[];
  parameters: ParameterForm[][];
} {
  const scales = distinct(points.map(({ scale }) => scale));
  const sizes = distinct(points.map(({ size }) => size));
  return {
    scales: possibleScales(scales),
    sizes: possibleSizes(sizes.length),
    parameters: rangesOf(points).map((range, i) =>
      possibleParameters(range, distinct(points.map((point) => point.parameters[i] ?? 0)).length),
    ),
  };
}

function possibleScales(scales: readonly number[]): ScaleForm[] {
  if (scales.length < 2) return ["constant"];
  const some: ScaleForm[] = ["proportional", "amdahl"];
  if ((scales[0] ?? 0) >= 2) some.push("coordinator");
  if (scales.length < 4) return some;
  some.push("contention");
  if ((scales[0] ?? 0) >= 2) some.push("coordinator-overhead");
  return [...some, "ernest"];
}

function possibleSizes(count: number): Pick<CurveForm, "size" | "exponent">[] {
  if (count < 2) return [{ size: "none", exponent: 1 }];
  const exponents = count < 3 ? [1] : [1, 0.5, 1.5, 2, 3];
  return exponents.flatMap((exponent) => [
    { size: "shared", exponent },
    { size: "partly", exponent },
  ]);
}

function possibleParameters({ low }: { low: number }, count: number): ParameterForm[] {
  const scalings = low > 0 ? (["linear", "logarithmic"] as const) : (["linear"] as const);
  const degrees = count < 4 ? ([1] as const) : ([1, 2] as const);
  return degrees.flatMap((degree) => scalings.map((scaling) => ({ scaling, degree })));
}
