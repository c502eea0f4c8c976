import { placeKey, type ScalingPoint } from "./scaling-point.ts";

export interface Folds {
  readonly by: "group" | "scale" | "size" | "place";
  /** Indices of the points that are left out together. */
  readonly parts: readonly (readonly number[])[];
}

/** More would only cost time. */
const mostFolds = 10;
/** Fewer groups than this say little of a new one. */
const fewestGroups = 5;

/**
 * What is left out together: the groups that the caller names, since a new one is what has to be predicted; else all runs of a scale, so that
 * a form is judged by how it fills gaps and goes beyond the ends; else of a size; else of a place.
 */
export function foldsOf(points: readonly ScalingPoint[]): Folds {
  const by = (key: (point: ScalingPoint) => string | number): number[][] => {
    const parts = new Map<string | number, number[]>();
    for (const [i, point] of points.entries()) {
      const part = parts.get(key(point));
      if (part === undefined) parts.set(key(point), [i]);
      else part.push(i);
    }
    return [...parts.values()];
  };
  if (points.every(({ group }) => group !== null)) {
    const groups = by(({ group }) => group ?? "");
    if (groups.length >= fewestGroups) return { by: "group", parts: dealt(groups) };
  }
  const scales = by(({ scale }) => scale);
  if (scales.length >= 3) return { by: "scale", parts: dealt(scales) };
  const sizes = by(({ size }) => size);
  if (sizes.length >= 3) return { by: "size", parts: dealt(sizes) };
  return { by: "place", parts: dealt(by(placeKey)) };
}

function dealt(parts: readonly (readonly number[])[]): number[][] {
  const into: number[][] = Array.from({ length: Math.min(mostFolds, parts.length) }, () => []);
  for (const [i, part] of parts.entries()) into[i % into.length]?.push(...part);
  return into;
}
