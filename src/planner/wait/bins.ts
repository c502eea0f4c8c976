/**
 * Features cut into at most 63 intervals each, at quantiles of what was seen, so that a split is found by counting
 * instead of sorting (Ke et al., LightGBM, NeurIPS 2017, section 2). Interval 0 holds what is missing (`NaN`).
 */
export interface Bins {
  /** Per feature the upper ends of its intervals, ascending; the last interval has none. */
  readonly edges: readonly Float64Array[];
}

export const missingBin = 0;
/** With the one for missing values. */
export const binCount = 64;
const mostBins = binCount - 1;

export function cutBins(columns: readonly Float64Array[]): Bins {
  return { edges: columns.map(edgesOf) };
}

function edgesOf(column: Float64Array): Float64Array {
  const sorted = column.filter((value) => !Number.isNaN(value)).toSorted();
  const edges: number[] = [];
  for (let cut = 1; cut < mostBins; cut += 1) {
    const edge = sorted[Math.floor((cut * sorted.length) / mostBins)];
    const last = edges.at(-1);
    if (edge !== undefined && (last === undefined || edge > last)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** The interval of a value, from 1 on. A value on an edge belongs above it. */
export function binOf(edges: Float64Array, value: number): number {
  if (Number.isNaN(value)) return missingBin;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (edges[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
