import type { Billing, Offer } from "../model/offer.ts";
import type { Cells } from "./cells.ts";

/** What a file does not say of itself, from whoever imports it. */
export interface FileFacts {
  readonly platform?: string | undefined;
  /** ISO date of its prices. */
  readonly date?: string | undefined;
  readonly architecture?: string | undefined;
  readonly billing?: Billing | undefined;
}

/** One way to write offers as CSV. */
export interface CsvFormat {
  readonly name: string;
  /** Columns that a header of this format has. */
  readonly required: readonly string[];
  /** Every column there may be; absent where others are ignored. */
  readonly all?: readonly string[];
  /** Throws `bad-input` where `facts` lack something that no row tells. */
  reader(file: string, facts: FileFacts): RowReader;
}

export interface RowReader {
  /** The offer of a row; `undefined` where it is skipped or will come out of `rest`. */
  read(cells: Cells): Offer | undefined;
  /** Offers that need all rows. */
  rest?(): Iterable<Offer>;
  /** Rows that are no offers: why, and how many. */
  skipped?(): ReadonlyMap<string, number>;
}

export function offerId(platform: string, region: string, shape: string): string {
  return `${platform}/${region}/${shape}`;
}

/** A source names a file without the folders of whoever imported it. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const gibibyte = 1024 ** 3;

/** Whole bytes. */
export function fromGibibytes(value: number): number {
  return Math.round(value * gibibyte);
}

/** Keeps one object for equal values, which thousands of rows share. */
export function sharing<Value extends object>(): (key: string, make: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, make) => {
    const found = known.get(key) ?? make();
    if (known.size < 10_000) known.set(key, found);
    return found;
  };
}
