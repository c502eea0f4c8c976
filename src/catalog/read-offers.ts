import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { AloftError } from "../base/errors.ts";
import type { Offer } from "../model/offer.ts";
import { createCells, headerProblems, type Record, type RowCells } from "./cells.ts";
import type { CsvFormat, FileFacts, RowReader } from "./csv-format.ts";
import { type CellProblem, csvError, mostProblems } from "./csv-problem.ts";
import { measuredFormat } from "./measured-csv.ts";
import { offerColumns, ownFormat } from "./offers-csv.ts";
import { skypilotFormat } from "./skypilot-csv.ts";

export interface OffersFile {
  /** What messages call it. */
  readonly file: string;
  readonly facts?: FileFacts;
  /** Rows that are no offers, when all are read: why, and how many. */
  readonly onSkipped?: (why: string, rows: number) => void;
}

const formats: readonly CsvFormat[] = [ownFormat, skypilotFormat, measuredFormat];

interface CsvRow extends Omit<Record, "lines"> {
  readonly info: { readonly lines: number };
}

/**
 * Offers of a CSV file, whose format its header tells, read in one pass. Throws `bad-input` that lists what is wrong, with line and
 * column, `mostProblems` at the most, when the last row is read: nobody may use what came before.
 */
export async function* readOffers(
  chunks: Iterable<string> | AsyncIterable<string | Buffer>,
  options: OffersFile,
): AsyncGenerator<Offer> {
  const { file } = options;
  const problems: CellProblem[] = [];
  const rows = rowsOf(chunks);
  let table: Table | undefined;
  let count = 0;
  try {
    for await (const { record, raw, info } of rows) {
      const row = { record, raw, lines: info.lines };
      if (!table) {
        table = openTable(row, options, problems);
        continue;
      }
      const offer = table.read(row);
      if (problems.length >= mostProblems) break;
      if (!offer || problems.length > 0) continue;
      count += 1;
      yield offer;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push(syntaxProblem(file, error));
  }
  if (problems.length > 0) throw csvError(file, problems);
  for (const offer of table?.reader.rest?.() ?? []) {
    count += 1;
    yield offer;
  }
  for (const [why, rows] of table?.reader.skipped?.() ?? []) options.onSkipped?.(why, rows);
  if (count === 0) throw noOffers(file, table);
}

/** A source that fails, or a reader that has seen enough, ends both. */
function rowsOf(chunks: Iterable<string> | AsyncIterable<string | Buffer>): AsyncIterable<CsvRow> {
  const parser = parse({
    bom: true,
    comment: "#",
    comment_no_infix: true,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // The error is thrown where the rows are read.
  pipeline(Readable.from(chunks), parser, () => undefined);
  return parser;
}

interface Table {
  readonly reader: RowReader;
  read(row: Record): Offer | undefined;
}

function openTable(header: Record, options: OffersFile, problems: CellProblem[]): Table {
  const { file, facts = {} } = options;
  const format = formatOf(file, header.record);
  const wrong = headerProblems(file, header, format);
  if (wrong.length > 0) throw csvError(file, wrong);
  const reader = format.reader(file, facts);
  const cells = createCells(file, header.record, problems);
  const lines = new Map<string, number>();
  return {
    reader,
    read(row) {
      cells.load(row);
      const width = header.record.length;
      if (row.record.length !== width) {
        problems.push(wrongWidth(file, cells.line(), row.record.length, width));
        return undefined;
      }
      const offer = reader.read(cells);
      if (!offer || cells.failed()) return undefined;
      return isTwin(offer, { cells, line: row.lines, lines }) ? undefined : offer;
    },
  };
}

interface Seen {
  readonly cells: RowCells;
  readonly line: number;
  /** The line of every id so far. */
  readonly lines: Map<string, number>;
}

/** Two rows of one id in a file: one of them is wrong, and we cannot know which. */
function isTwin({ id }: Offer, { cells, line, lines }: Seen): boolean {
  const earlier = lines.get(id);
  if (earlier === undefined) {
    lines.set(id, line);
    return false;
  }
  const column = cells.text("shape") === "" ? "instance_type" : "shape";
  cells.wrong(column, `each offer once; ${id} stands in line ${earlier} too`);
  return true;
}

/** The format with all its columns there, else the one with most of them, whose absent columns are then told. */
function formatOf(file: string, header: readonly string[]): CsvFormat {
  const share = ({ required }: CsvFormat): number =>
    required.filter((name) => header.includes(name)).length / required.length;
  const [best] = formats.toSorted((one, other) => share(other) - share(one));
  if (best && share(best) >= 0.5) return best;
  throw new AloftError("bad-input", `${file}:1:1: the header is of no known kind of catalogue`, {
    hint: `our columns are ${offerColumns.map(({ name }) => name).join(",")}; SkyPilot's begin with InstanceType; docs/catalog.md has more`,
  });
}

function wrongWidth(file: string, line: number, found: number, expected: number): CellProblem {
  const message = `the row has ${found} cells; expected ${expected}, as the header has`;
  return {
    ...{ file, line, column: 1, field: "", message },
    found: String(found),
    expected: String(expected),
  };
}

function syntaxProblem(file: string, error: CsvError): CellProblem {
  const { lines } = error as CsvError & { lines?: number };
  const expected = 'quotes around a whole cell, and "" for a quote in it';
  const message = `the quotes are not those of a CSV file; expected ${expected}`;
  return { file, line: lines ?? 1, column: 1, field: "", message, found: error.code, expected };
}

function noOffers(file: string, table: Table | undefined): AloftError {
  const skipped = Array.from(table?.reader.skipped?.() ?? [], ([why, rows]) => `${rows} ${why}`);
  const why = table === undefined ? "it is empty" : skipped.join(", ") || "it has a header only";
  return new AloftError("bad-input", `${file} holds no offers: ${why}`);
}
