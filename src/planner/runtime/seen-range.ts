import { distanceOutside } from "./intervals.ts";
import { distinct, type Place } from "./scaling-point.ts";

/** What runs spanned. */
export interface SeenRange {
  readonly scale: readonly [number, number];
  readonly size: readonly [number, number];
}

export function rangeOf(points: readonly Place[]): SeenRange {
  const scales = distinct(points.map(({ scale }) => scale));
  const sizes = distinct(points.map(({ size }) => size));
  return {
    scale: [scales[0] ?? 1, scales.at(-1) ?? 1],
    size: [sizes[0] ?? 1, sizes.at(-1) ?? 1],
  };
}

/** How far outside of what was seen, in e-folds of scale and of size together. */
export function distanceFrom({ scale, size }: SeenRange, place: Place): number {
  return (
    distanceOutside(place.scale, scale[0], scale[1]) + distanceOutside(place.size, size[0], size[1])
  );
}
