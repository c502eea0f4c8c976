/** Minimise `cost · x` with row limits on sparse sums of x. */
export interface MixedIntegerModel {
  readonly columns: {
    readonly cost: Float64Array;
    readonly lower: Float64Array;
    readonly upper: Float64Array;
    /** 1 where only whole numbers will do. */
    readonly integer: Int32Array;
  };
  /** Compressed rows: row r has the entries from `starts[r]` to `starts[r + 1]`. */
  readonly rows: {
    readonly lower: Float64Array;
    readonly upper: Float64Array;
    readonly starts: Int32Array;
    readonly indices: Int32Array;
    readonly values: Float64Array;
  };
  /** A solution to start from. */
  readonly start: Float64Array | undefined;
}

/** What a solver found. It throws nothing: failures have their own status. */
export interface MixedIntegerSolution {
  readonly status: "optimal" | "infeasible" | "unbounded" | "time limit" | "failed";
  /** A solution that keeps the rows; with `time limit` there may be none. */
  readonly values: Float64Array | null;
  /** No solution is below it. */
  readonly bound: number;
  /** In the solver's own words. */
  readonly detail: string;
}

/** Solves within so many seconds. */
export type Solve = (model: MixedIntegerModel, seconds: number) => Promise<MixedIntegerSolution>;

interface Column {
  readonly lower?: number;
  readonly upper?: number;
  readonly integer?: boolean;
}

interface Row {
  readonly lower?: number;
  readonly upper?: number;
  /** Columns and their factors. */
  readonly entries: readonly (readonly [number, number])[];
}

export interface ModelBuilder {
  /** Its number. Lower bound 0 unless given. */
  column(column: Column): number;
  row(row: Row): void;
  /** What one of a column adds to what is minimised; 0 unless given. */
  weigh(column: number, amount: number): void;
  built(start?: Float64Array): MixedIntegerModel;
}

export function createModelBuilder(): ModelBuilder {
  const columns: Column[] = [];
  const rows: Row[] = [];
  const weights = new Map<number, number>();
  const { NEGATIVE_INFINITY: none, POSITIVE_INFINITY: endless } = Number;
  return {
    column: (column) => columns.push(column) - 1,
    row: (row) => void rows.push(row),
    weigh: (column, amount) => void weights.set(column, amount),
    built(start) {
      const entries = rows.flatMap((row) => row.entries);
      const starts = new Int32Array(rows.length + 1);
      for (const [index, row] of rows.entries())
        starts[index + 1] = (starts[index] ?? 0) + row.entries.length;
      return {
        columns: {
          cost: Float64Array.from(columns, (_, column) => weights.get(column) ?? 0),
          lower: Float64Array.from(columns, ({ lower = 0 }) => lower),
          upper: Float64Array.from(columns, ({ upper = endless }) => upper),
          integer: Int32Array.from(columns, ({ integer = false }) => Number(integer)),
        },
        rows: {
          lower: Float64Array.from(rows, ({ lower = none }) => lower),
          upper: Float64Array.from(rows, ({ upper = endless }) => upper),
          starts,
          indices: Int32Array.from(entries, ([column]) => column),
          values: Float64Array.from(entries, ([, factor]) => factor),
        },
        start,
      };
    },
  };
}
