import { parse } from "csv-parse/sync";
import * as z from "zod";
import { readColumns } from "./aws-price-list.ts";

/** What stands above the prices. Plain JSON. */
export const ListHead = z.object({
  version: z.string(),
  published: z.iso.date("its date of publication is missing"),
  columns: z.object({
    count: z.int().positive(),
    at: z.record(z.string(), z.int().nonnegative()),
  }),
});
export type ListHead = z.infer<typeof ListHead>;

export interface FoundHead {
  readonly head: ListHead;
  readonly bytes: number;
  readonly lines: number;
  /** The beginning of the prices, as far as it came with the head. */
  readonly rest: Buffer;
}

/** The sixth row, of column names, ends the head; a real one has some 3 KiB. */
const namesRow = /^"?SKU"?,[^\n]*\n/m;
const mostBytes = 64 * 1024;

/** Takes the head off a price list. Throws a `RangeError` where there is none. */
export async function takeHead(chunks: AsyncIterator<Uint8Array>): Promise<FoundHead> {
  let read = Buffer.alloc(0);
  for (;;) {
    // One character a byte: places in the text are places in the bytes.
    const names = namesRow.exec(read.toString("latin1"));
    if (names !== null) return parseHead(read, names.index + names[0].length);
    const { done, value } = await chunks.next();
    if (done === true || read.length > mostBytes)
      throw new RangeError("it has no row of column names");
    read = Buffer.concat([read, value]);
  }
}

function parseHead(read: Buffer, bytes: number): FoundHead {
  const rows: string[][] = parse(read.subarray(0, bytes), {
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: true,
  });
  const told = (name: string): string => rows.find(([first]) => first === name)?.[1] ?? "";
  const { success, data, error } = ListHead.safeParse({
    version: told("Version"),
    published: told("Publication Date").slice(0, 10),
    columns: readColumns(rows.at(-1) ?? []),
  });
  if (!success) throw new RangeError(error.issues[0]?.message ?? "its head is not as documented");
  return { head: data, bytes, lines: rows.length, rest: read.subarray(bytes) };
}
