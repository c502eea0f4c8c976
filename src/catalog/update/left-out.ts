import type { LeftOut } from "../../model/catalog-update.ts";
import type { Incomplete } from "./price-source.ts";

/** Shapes without offers by the reason, each once however many regions have it. */
export interface LeftOutList {
  add(row: Incomplete): void;
  /** The reason with most shapes first. */
  all(): LeftOut[];
}

export function createLeftOutList(before: readonly LeftOut[] = []): LeftOutList {
  const reasons = new Map(
    before.map(({ reason, shapes, regions }) => [
      reason,
      { shapes: new Set(shapes), regions: new Set(regions) },
    ]),
  );
  return {
    add({ reason, shape, region }) {
      const found = reasons.get(reason) ?? { shapes: new Set(), regions: new Set() };
      reasons.set(reason, found);
      found.shapes.add(shape);
      found.regions.add(region);
    },
    all: () =>
      Array.from(reasons, ([reason, { shapes, regions }]) => ({
        reason,
        shapes: [...shapes],
        regions: [...regions],
      })).toSorted((one, other) => other.shapes.length - one.shapes.length),
  };
}
