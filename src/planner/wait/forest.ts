import { binOf, type Bins, cutBins } from "./bins.ts";
import { addLeafShares, growTree, type Tree } from "./tree.ts";

/** Rows to learn from. `blocks` says which of them belong together, such as those of one day. */
export interface ForestData {
  readonly columns: readonly Float64Array[];
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly blocks: Int32Array;
}

export interface ForestShape {
  readonly trees: number;
  /** No leaf has fewer rows. */
  readonly leastRows: number;
}

interface BlockTree {
  readonly tree: Tree;
  /** Blocks that it has seen nothing of. */
  readonly unseen: ReadonlySet<number>;
}

export interface Forest {
  readonly bins: Bins;
  readonly trees: readonly BlockTree[];
  readonly rows: number;
}

/** Of the blocks, what each tree sees: about the part of distinct ones that a bootstrap sample has, 1 - 1/e. */
const seenShare = 0.632;

/**
 * A random forest (Breiman 2001) whose trees each see a part of the blocks, and of those a part of the rows. Rows of one
 * block resemble each other, so only trees that saw nothing of a block say how well the forest predicts a new one.
 */
export function growForest(data: ForestData, shape: ForestShape, random: () => number): Forest {
  const bins = cutBins(data.columns);
  const binned = data.columns.map((column, feature) =>
    Uint8Array.from(column, (value) => binOf(bins.edges[feature] ?? new Float64Array(), value)),
  );
  const telling = binned.flatMap((own, feature) => (isConstant(own) ? [] : feature));
  const blocks = [...new Set(data.blocks)];
  const trees = Array.from({ length: shape.trees }, () => {
    const seen = new Set(someOf(blocks, random));
    const rows = Int32Array.from(
      [...data.blocks.keys()].filter(
        (row) => seen.has(data.blocks[row] ?? -1) && random() < seenShare,
      ),
    );
    const unseen = new Set(blocks.filter((block) => !seen.has(block)));
    const growth = { random, leastRows: shape.leastRows, features: telling };
    return { tree: growTree({ ...data, bins: binned }, rows, growth), unseen };
  });
  return { bins, trees, rows: data.targets.length };
}

/** What is the same everywhere, or missing everywhere, would only take the place of what splits. */
function isConstant(bins: Uint8Array): boolean {
  return bins.every((bin) => bin === bins[0]);
}

/** At least one, and of several never all. */
function someOf(blocks: readonly number[], random: () => number): number[] {
  const wanted = Math.min(
    Math.max(1, Math.round(blocks.length * seenShare)),
    Math.max(1, blocks.length - 1),
  );
  const order = blocks.map((block) => ({ block, key: random() }));
  return order
    .toSorted((a, b) => a.key - b.key)
    .slice(0, wanted)
    .map(({ block }) => block);
}

/**
 * How much each row counts for a new one: its mean share of the leaf that the new one falls into (Meinshausen, Quantile
 * Regression Forests, JMLR 7, 2006). With `without`, by trees only that saw nothing of that block; all zero
 * where there is no such tree. Written over `into`, which is returned: a new array for each would cost more than the rest.
 */
export function rowWeights(
  forest: Forest,
  features: ArrayLike<number>,
  { into, without }: { into: Float64Array; without?: number | undefined },
): Float64Array {
  const bins = Uint8Array.from(forest.bins.edges, (edges, feature) =>
    binOf(edges, features[feature] ?? Number.NaN),
  );
  into.fill(0);
  let trees = 0;
  for (const { tree, unseen } of forest.trees) {
    if (without !== undefined && !unseen.has(without)) continue;
    addLeafShares(tree, { bins, into }, 1);
    trees += 1;
  }
  for (let row = 0; row < into.length; row += 1) into[row] = (into[row] ?? 0) / (trees || 1);
  return into;
}
