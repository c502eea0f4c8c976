import type { Curve } from "./curve.ts";
import { scaleForms } from "./curve-form.ts";

/** A curve as people write it, without its zero summands: `31.2 + 0.0171·size/(machines - 1)`. Parameters are not told. */
export function curveText({ form, coefficients }: Curve, over: "cpus" | "machines"): string {
  const size = form.exponent === 1 ? "size" : `size^${form.exponent}`;
  const summands: string[] = [];
  const add = (factors: readonly string[]): void => void summands.push(...factors);
  const { fixed, shared } = scaleForms[form.scale];
  for (const summand of fixed)
    add(
      form.size === "partly"
        ? [text(summand, "", over), text(summand, size, over)]
        : [text(summand, "", over)],
    );
  for (const summand of shared) {
    if (form.size !== "shared") add([text(summand, "", over)]);
    if (form.size !== "none") add([text(summand, size, over)]);
  }
  return summands
    .flatMap((summand, k) => {
      const coefficient = coefficients[k] ?? 0;
      if (coefficient === 0) return [];
      return summand.startsWith("/") || summand === ""
        ? `${figure(coefficient)}${summand}`
        : `${figure(coefficient)}·${summand}`;
    })
    .join(" + ");
}

function text(summand: string, size: string, over: string): string {
  switch (summand) {
    case "each":
      return `${size}/${over}`;
    case "eachButOne":
      return `${size}/(${over} - 1)`;
    case "tree":
      return size === "" ? `log(${over})` : `${size}·log(${over})`;
    case "all":
      return size === "" ? over : `${size}·${over}`;
    default:
      return size;
  }
}

/** Three digits, never as a power of ten where people would not write one. */
export function figure(value: number): string {
  const text = value.toPrecision(3);
  return text.includes("e") && Math.abs(value) >= 1000 ? String(Math.round(value)) : text;
}
