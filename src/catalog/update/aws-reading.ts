import { pipeline, Readable } from "node:stream";
import { CsvError, type InfoRecord, parse } from "csv-parse";
import * as z from "zod";
import { Offer } from "../../model/offer.ts";
import { ListHead, takeHead } from "./aws-head.ts";
import { readPriceRow } from "./aws-price-list.ts";
import { download } from "./download.ts";
import type { ShapeFacts } from "./price-source.ts";
import { malformed, type Web } from "./web.ts";

/** How far one region's price list has been read, and what was found in it. Plain JSON. */
export const Reading = z.object({
  region: z.string(),
  url: z.url({ protocol: /^https?$/ }),
  /** End of the last whole row. */
  offset: z.int().nonnegative(),
  line: z.int().nonnegative(),
  validator: z.string().nullable(),
  /** `null` at the beginning. */
  head: ListHead.nullable(),
  offers: z.array(Offer),
  incomplete: z.array(z.object({ shape: z.string(), reason: z.string() })),
});
export type Reading = z.infer<typeof Reading>;

export function newReading(region: string, url: string): Reading {
  const found = { head: null, offers: [], incomplete: [] };
  return { region, url, offset: 0, line: 0, validator: null, ...found };
}

export interface ReadingContext {
  readonly web: Web;
  readonly signal: AbortSignal;
  readonly facts: ReadonlyMap<string, ShapeFacts>;
  /** Bytes between two reports. */
  readonly reportBytes: number;
  /** A copy at the end of a whole row, and the bytes read for it. */
  readonly onReading: (reading: Reading, bytes: number) => Promise<void>;
}

/**
 * Reads a price list to its end in constant memory: nothing is kept but the offers. Throws `failed` with the line for what is
 * no price list or ends in a row, and what `download` throws.
 */
export async function readPriceList(start: Reading, context: ReadingContext): Promise<Reading> {
  const { url, offset } = start;
  let { validator } = start;
  const { web, signal } = context;
  const chunks = download(web, {
    url,
    from: { offset, validator },
    signal,
    onValidator: (told) => {
      validator = told;
    },
  });
  const { head, rest, ...position } = await headOf(start, chunks);
  const rows = createRows({ ...start, ...position }, head, context.facts);
  const current = (): Reading => ({ ...rows.snapshot(), validator });
  const parser = createParser(rows, context.reportBytes);
  const source = Readable.from(joined(rest, chunks), { objectMode: true, highWaterMark: 1 });
  pipeline(source, parser, () => {});
  try {
    for await (const _ of parser) await context.onReading(current(), rows.offset() - offset);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw malformed(url, `line ${position.line + parser.info.lines}: ${error.message}`);
  }
  const end = current();
  if (end.offers.length === 0) throw malformed(url, "it has no price of a Linux machine");
  return end;
}

/** The head, and where the rows after it begin. */
async function headOf(start: Reading, chunks: AsyncGenerator<Uint8Array>) {
  const { head, offset, line } = start;
  if (head !== null) return { head, offset, line, rest: Buffer.alloc(0) };
  try {
    const found = await takeHead(chunks);
    return { head: found.head, offset: found.bytes, line: found.lines, rest: found.rest };
  } catch (error) {
    await chunks.return(undefined);
    throw error instanceof RangeError ? malformed(start.url, error.message) : error;
  }
}

async function* joined(first: Uint8Array, others: AsyncIterable<Uint8Array>) {
  if (first.length > 0) yield first;
  yield* others;
}

type RowInfo = InfoRecord & { readonly bytes: number; readonly lines: number };

function createParser(rows: ReturnType<typeof createRows>, reportBytes: number) {
  let reported = rows.offset();
  return parse({
    record_delimiter: ["\r\n", "\n"],
    // The number of fields is checked with the row's line in the file; the parser knows only that in the stream.
    relax_column_count: true,
    // More than any row has; a quote that is never closed ends here instead of filling the memory.
    max_record_size: 1024 ** 2,
    // Only rows at which progress is due leave the parser: a stream of all rows takes a third longer.
    on_record: (row: string[], info: RowInfo) => {
      rows.take(row, info);
      if (rows.offset() - reported < reportBytes) return null;
      reported = rows.offset();
      return row;
    },
  });
}

/** The state that rows change. After each row it is whole: `snapshot` may be taken at any time. */
function createRows(start: Reading, head: ListHead, facts: ReadonlyMap<string, ShapeFacts>) {
  const { region } = start;
  const { columns, published: date } = head;
  const source = `AWS price list AmazonEC2 ${head.version}`;
  const offers = new Map(start.offers.map((offer) => [offer.shape, offer]));
  const incomplete = new Map(start.incomplete.map(({ shape, reason }) => [shape, reason]));
  let { offset, line } = start;

  function takeRow(row: readonly string[]): void {
    const found = readPriceRow(row, { region, columns, facts, source, date });
    if (found === undefined) return;
    if (!("offer" in found)) {
      incomplete.set(found.shape, found.reason);
      return;
    }
    const { offer } = found;
    // Of two prices the higher one: a plan must not promise less than the bill.
    const other = offers.get(offer.shape)?.pricePerHour ?? 0;
    if ((offer.pricePerHour ?? 0) > other) offers.set(offer.shape, offer);
  }

  return {
    offset: () => offset,
    take(row: readonly string[], info: RowInfo): void {
      line = start.line + info.lines;
      try {
        takeRow(row);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw malformed(start.url, `line ${line}: ${error.message}`);
      }
      offset = start.offset + info.bytes;
    },
    snapshot(): Reading {
      const reasons = Array.from(incomplete, ([shape, reason]) => ({ shape, reason }));
      return {
        ...start,
        head,
        offset,
        line,
        offers: [...offers.values()],
        incomplete: reasons.filter(({ shape }) => !offers.has(shape)),
      };
    },
  };
}
