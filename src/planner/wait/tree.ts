import { binCount, missingBin } from "./bins.ts";

/** What trees are grown from: rows of binned features, what is to be predicted, and how much each row counts. */
export interface TreeData {
  /** Per feature the bin of each row. */
  readonly bins: readonly Uint8Array[];
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

interface Growth {
  readonly random: () => number;
  /** No leaf has fewer rows. */
  readonly leastRows: number;
  /** Those to split by. */
  readonly features: readonly number[];
}

/**
 * Nodes in preorder: the left child follows its parent. Flat arrays, because a prediction visits a thousand nodes.
 * Of a leaf, `feature` is -1 and its rows lie in `rows` from `first` up to `end`.
 */
export interface Tree {
  readonly feature: Int16Array;
  /** Bins up to this one go to the left. */
  readonly bin: Uint8Array;
  readonly right: Int32Array;
  /** The share of a missing value that goes to the left: all where such values were seen, else as the rows did. */
  readonly missingLeft: Float64Array;
  readonly first: Int32Array;
  readonly end: Int32Array;
  readonly rows: Int32Array;
  /** The weight of each of `rows` in its leaf; those of a leaf sum to 1. */
  readonly shares: Float64Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

interface Node {
  feature: number;
  bin: number;
  right: number;
  missingLeft: number;
  first: number;
  end: number;
}

/**
 * A regression tree that lessens the weighted variance (Breiman et al. 1984). For each split it looks at a third of the features,
 * drawn anew (the default for regression of R's randomForest: Liaw and Wiener, R News 2, 2002).
 */
export function growTree(data: TreeData, rows: Int32Array, growth: Growth): Tree {
  const { random, leastRows, features } = growth;
  const split = splitter(data, leastRows);
  const nodes: Node[] = [];
  const ordered: number[] = [];
  const shares: number[] = [];

  function bestSplit(own: Int32Array): Split | undefined {
    if (own.length < 2 * leastRows) return undefined;
    let best: Split | undefined;
    for (const feature of drawn(features, Math.ceil(features.length / 3), random)) {
      const found = split(own, feature);
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = found;
    }
    return best;
  }

  function addLeaf(own: Int32Array): void {
    const mass = massOf(data.weights, own);
    const first = ordered.length;
    for (const row of own) {
      ordered.push(row);
      shares.push((data.weights[row] ?? 0) / mass);
    }
    const end = ordered.length;
    nodes.push({ feature: -1, bin: 0, right: 0, missingLeft: 0, first, end });
  }

  function grow(own: Int32Array): void {
    const best = bestSplit(own);
    if (best === undefined) {
      addLeaf(own);
      return;
    }
    const { feature, bin } = best;
    const bins = data.bins[feature] ?? new Uint8Array();
    const left = own.filter((row) => (bins[row] ?? 0) <= bin);
    const right = own.filter((row) => (bins[row] ?? 0) > bin);
    const missingLeft = left.some((row) => bins[row] === missingBin)
      ? 1
      : massOf(data.weights, left) / massOf(data.weights, own);
    const node = { feature, bin, right: 0, missingLeft, first: 0, end: 0 };
    nodes.push(node);
    grow(left);
    node.right = nodes.length;
    grow(right);
  }

  grow(rows);
  return {
    feature: Int16Array.from(nodes, (node) => node.feature),
    bin: Uint8Array.from(nodes, (node) => node.bin),
    right: Int32Array.from(nodes, (node) => node.right),
    missingLeft: Float64Array.from(nodes, (node) => node.missingLeft),
    first: Int32Array.from(nodes, (node) => node.first),
    end: Int32Array.from(nodes, (node) => node.end),
    rows: Int32Array.from(ordered),
    shares: Float64Array.from(shares),
  };
}

/** Finds where rows are best split by a feature: the bin after which the two sides differ most. */
function splitter({ bins, targets, weights }: TreeData, leastRows: number) {
  const sums = new Float64Array(binCount);
  const masses = new Float64Array(binCount);
  const counts = new Int32Array(binCount);
  let [sum, mass] = [0, 0];

  function count(own: Int32Array, feature: Uint8Array): void {
    sums.fill(0);
    masses.fill(0);
    counts.fill(0);
    [sum, mass] = [0, 0];
    for (let at = 0; at < own.length; at += 1) {
      const row = own[at] ?? 0;
      const bin = feature[row] ?? 0;
      const weight = weights[row] ?? 0;
      const target = weight * (targets[row] ?? 0);
      sums[bin] = (sums[bin] ?? 0) + target;
      masses[bin] = (masses[bin] ?? 0) + weight;
      counts[bin] = (counts[bin] ?? 0) + 1;
      sum += target;
      mass += weight;
    }
  }

  return (own: Int32Array, feature: number): Split | undefined => {
    count(own, bins[feature] ?? new Uint8Array());
    // Below this gain there are only errors of rounding.
    let [bestBin, bestGain] = [-1, 1e-9];
    let [sumLeft, massLeft, countLeft] = [0, 0, 0];
    for (let bin = 0; bin < binCount; bin += 1) {
      if (counts[bin] === 0) continue;
      sumLeft += sums[bin] ?? 0;
      massLeft += masses[bin] ?? 0;
      countLeft += counts[bin] ?? 0;
      if (countLeft < leastRows) continue;
      if (own.length - countLeft < leastRows) break;
      const sumRight = sum - sumLeft;
      const gain =
        (sumLeft * sumLeft) / massLeft +
        (sumRight * sumRight) / (mass - massLeft) -
        (sum * sum) / mass;
      if (gain > bestGain) [bestBin, bestGain] = [bin, gain];
    }
    return bestBin < 0 ? undefined : { feature, bin: bestBin, gain: bestGain };
  };
}

function massOf(weights: Float64Array, rows: Int32Array): number {
  let mass = 0;
  for (const row of rows) mass += weights[row] ?? 0;
  return mass;
}

/** `count` of them, each at most once. */
function drawn(from: readonly number[], count: number, random: () => number): number[] {
  const left = [...from];
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(random() * (left.length - at));
    [left[at], left[other]] = [left[other] ?? 0, left[at] ?? 0];
  }
  return left.slice(0, count);
}

/** A new row on its way down. */
export interface Descent {
  readonly bins: Uint8Array;
  /** Per row that was learned from, how much it counts. */
  readonly into: Float64Array;
}

/** Adds to `into` what each row has of the leaf that `bins` fall into, in all `mass`. */
export function addLeafShares(tree: Tree, { bins, into }: Descent, mass: number, node = 0): void {
  let at = node;
  for (let feature = tree.feature[at] ?? -1; feature >= 0; feature = tree.feature[at] ?? -1) {
    const bin = bins[feature] ?? missingBin;
    const missingLeft = tree.missingLeft[at] ?? 1;
    const right = tree.right[at] ?? 0;
    if (bin === missingBin && missingLeft < 1) {
      addLeafShares(tree, { bins, into }, mass * missingLeft, at + 1);
      addLeafShares(tree, { bins, into }, mass * (1 - missingLeft), right);
      return;
    }
    at = bin <= (tree.bin[at] ?? 0) ? at + 1 : right;
  }
  const end = tree.end[at] ?? 0;
  for (let index = tree.first[at] ?? 0; index < end; index += 1) {
    const row = tree.rows[index] ?? 0;
    into[row] = (into[row] ?? 0) + mass * (tree.shares[index] ?? 0);
  }
}
