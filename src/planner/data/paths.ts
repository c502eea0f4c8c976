import { evidenceKinds } from "../../model/estimate.ts";
import type { NetworkPath, Place } from "../../model/network-path.ts";
import { patternsOf } from "./place.ts";

/** The path from one place to another, or `null` where none is known. */
export type FindPath = (from: Place, to: Place) => NetworkPath | null;

/**
 * Looks paths up by the longest prefix: the narrowest pattern of the source first, then of the destination
 * (`aws/us-east-1`, `aws`, `*`). Of two for the same patterns the one with the stronger evidence wins (measured before
 * declared before assumed), then the newer.
 */
export function pathFinder(paths: readonly NetworkPath[]): FindPath {
  const best = new Map<string, NetworkPath>();
  for (const path of paths) {
    const key = keyOf(path.from, path.to);
    const other = best.get(key);
    if (other === undefined || isBetter(path, other)) best.set(key, path);
  }
  return (from, to) => {
    for (const source of patternsOf(from))
      for (const destination of patternsOf(to)) {
        const found = best.get(keyOf(source, destination));
        if (found !== undefined) return found;
      }
    return null;
  };
}

function keyOf(from: string, to: string): string {
  return `${from} ${to}`;
}

function isBetter({ evidence: a }: NetworkPath, { evidence: b }: NetworkPath): boolean {
  const [rankA, rankB] = [evidenceKinds.indexOf(a.kind), evidenceKinds.indexOf(b.kind)];
  return rankA === rankB ? (a.date ?? "") > (b.date ?? "") : rankA < rankB;
}

/**
 * For those who have measured nothing: any path at 100 Mbit/s, within a factor of ten. An assumption, told as such in every term that
 * uses it; what is measured or declared wins over it.
 */
export const assumedPath: NetworkPath = {
  from: "*",
  to: "*",
  bitsPerSecond: { low: 1e7, median: 1e8, high: 1e9 },
  latencySeconds: 0,
  evidence: {
    kind: "assumed",
    text: "nobody has measured this path: 100 Mbit/s, within a factor of ten either way",
  },
};
