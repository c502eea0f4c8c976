import type { Accelerators, Billing, Offer, RateName, Rates } from "../model/offer.ts";
import type { Cells } from "./cells.ts";
import { type CsvFormat, fromGibibytes, offerId, type RowReader, sharing } from "./csv-format.ts";
import { architectureNamed, architectureNames, billingOf } from "./platform-facts.ts";

const giga = 1e9;

interface OfferColumn {
  readonly name: string;
  /** A file without it has no offers in it. */
  readonly required?: true;
  readonly write: (offer: Offer) => string | number | boolean | null | undefined;
}

/** Our columns, with their units in their names; docs/catalog.md tells of each. */
export const offerColumns: readonly OfferColumn[] = [
  { name: "platform", required: true, write: ({ platform }) => platform },
  { name: "region", required: true, write: ({ region }) => region },
  { name: "shape", required: true, write: ({ shape }) => shape },
  { name: "architecture", required: true, write: ({ architecture }) => architecture },
  { name: "cpus", required: true, write: ({ cpus }) => cpus },
  { name: "cpu_kind", write: ({ cpuKind }) => cpuKind },
  { name: "clock_ghz", write: ({ clockHz }) => over(clockHz, giga) },
  { name: "memory_gib", required: true, write: ({ memoryBytes }) => over(memoryBytes, 1024 ** 3) },
  { name: "accelerator", write: ({ accelerators }) => accelerators?.name },
  { name: "accelerator_count", write: ({ accelerators }) => accelerators?.count },
  {
    name: "accelerator_memory_gib",
    write: ({ accelerators }) => over(accelerators?.memoryBytes, 1024 ** 3),
  },
  { name: "disk_gb", write: ({ diskBytes }) => over(diskBytes, giga) },
  { name: "network_gbit_s", write: ({ networkBitsPerSecond }) => over(networkBitsPerSecond, giga) },
  { name: "rdma", write: ({ rdma }) => rdma },
  { name: "bare_metal", write: ({ bareMetal }) => bareMetal },
  { name: "coremark_per_s", write: ({ rates }) => rates.coremark },
  { name: "hpl_gflop_s", write: ({ rates }) => over(rates.hplFlops, giga) },
  { name: "peak_gflop_s", write: ({ rates }) => over(rates.peakFlops, giga) },
  { name: "stream_gb_s", write: ({ rates }) => over(rates.streamBytes, giga) },
  { name: "price_per_hour", write: ({ pricePerHour }) => pricePerHour },
  { name: "spot_per_hour", write: ({ spotPerHour }) => spotPerHour },
  { name: "currency", required: true, write: ({ currency }) => currency },
  { name: "billing_granularity_s", write: ({ billing }) => billing.granularitySeconds },
  { name: "billing_minimum_s", write: ({ billing }) => billing.minimumSeconds },
  { name: "most_machines", write: ({ mostMachines }) => mostMachines },
  { name: "time_limit_s", write: ({ mostSeconds }) => mostSeconds },
  { name: "source", required: true, write: ({ source }) => source },
  { name: "date", required: true, write: ({ date }) => date },
];

function over(value: number | null | undefined, unit: number): number | null {
  return value === null || value === undefined ? null : value / unit;
}

export const ownFormat: CsvFormat = {
  name: "Aloft's columns",
  required: offerColumns.flatMap(({ name, required }) => (required ? name : [])),
  all: offerColumns.map(({ name }) => name),
  reader: ownReader,
};

const noRates: Rates = {};

function ownReader(): RowReader {
  const share = sharing<Accelerators | Billing>();
  return {
    read(cells) {
      const platform = name(cells, "platform");
      const region = name(cells, "region");
      const shape = cells.required("shape");
      const clock = cells.number("clock_ghz");
      const network = cells.number("network_gbit_s");
      const disk = cells.number("disk_gb", { zero: true });
      return {
        id: offerId(platform, region, shape),
        platform,
        region,
        shape,
        architecture: architecture(cells, "architecture"),
        cpus: cells.requiredNumber("cpus"),
        cpuKind: cpuKind(cells),
        clockHz: times(clock, giga),
        memoryBytes: fromGibibytes(cells.requiredNumber("memory_gib")),
        accelerators: accelerators(cells, share),
        diskBytes: times(disk, giga),
        networkBitsPerSecond: times(network, giga),
        rdma: cells.yes("rdma"),
        bareMetal: cells.yes("bare_metal"),
        rates: ratesOf(cells),
        pricePerHour: cells.number("price_per_hour", { zero: true }),
        spotPerHour: cells.number("spot_per_hour", { zero: true }),
        currency: currency(cells),
        billing: billing(cells, platform, share),
        mostMachines: cells.number("most_machines", { whole: true }),
        mostSeconds: cells.number("time_limit_s"),
        source: cells.required("source"),
        date: cells.date("date"),
      };
    },
  };
}

type Share = (key: string, make: () => Accelerators | Billing) => Accelerators | Billing;

/** Rounded to whole units: 2.45 GHz are 2,450,000,000 Hz and no fraction. */
function times(value: number | null, unit: number): number | null {
  return value === null ? null : Math.round(value * unit);
}

/** Names that an offer's id is made of hold no slash. */
function name(cells: Cells, column: string): string {
  const found = cells.required(column);
  if (found.includes("/")) cells.wrong(column, "a name without a slash");
  return found;
}

export function architecture(cells: Cells, column: string): string {
  const found = architectureNamed(cells.text(column));
  if (found === undefined) cells.wrong(column, `one of ${architectureNames.join(", ")}`);
  return found ?? "";
}

function cpuKind(cells: Cells): Offer["cpuKind"] {
  const found = cells.text("cpu_kind");
  if (found === "core" || found === "thread") return found;
  if (found !== "") cells.wrong("cpu_kind", "core, thread or nothing");
  return null;
}

function currency(cells: Cells): string {
  const found = cells.text("currency");
  if (!/^(?:[A-Z]{3}|SU)$/.test(found)) cells.wrong("currency", "a code such as USD, EUR or SU");
  return found;
}

function accelerators(cells: Cells, share: Share): Accelerators | null {
  const name = cells.text("accelerator");
  const count = cells.number("accelerator_count");
  const memory = cells.number("accelerator_memory_gib");
  if (name === "") {
    if (count !== null) cells.wrong("accelerator", "the name of what accelerator_count counts");
    return null;
  }
  if (count === null) {
    if (cells.text("accelerator_count") === "")
      cells.wrong("accelerator_count", "how many there are");
    return null;
  }
  const memoryBytes = memory === null ? null : fromGibibytes(memory);
  return share(`${name}/${count}/${memory}`, () => ({ name, count, memoryBytes })) as Accelerators;
}

const rateColumns: readonly (readonly [RateName, string, number])[] = [
  ["coremark", "coremark_per_s", 1],
  ["hplFlops", "hpl_gflop_s", giga],
  ["peakFlops", "peak_gflop_s", giga],
  ["streamBytes", "stream_gb_s", giga],
];

function ratesOf(cells: Cells): Rates {
  let rates: Rates | undefined;
  for (const [rate, column, unit] of rateColumns) {
    const value = cells.number(column);
    if (value === null) continue;
    rates ??= {};
    rates[rate] = unit === 1 ? value : Math.round(value * unit);
  }
  return rates ?? noRates;
}

/** Both cells may be empty where the platform's own rule is known. */
function billing(cells: Cells, platform: string, share: Share): Billing {
  const granularitySeconds = cells.number("billing_granularity_s");
  const minimumSeconds = cells.number("billing_minimum_s", { zero: true });
  const known = billingOf(platform);
  if (known && cells.text("billing_granularity_s") + cells.text("billing_minimum_s") === "")
    return known;
  if (granularitySeconds === null || minimumSeconds === null) {
    const empty = ["billing_granularity_s", "billing_minimum_s"].filter(
      (column) => cells.text(column) === "",
    );
    for (const column of empty)
      cells.wrong(column, "seconds, such as 1 where every second is charged, 3600 for whole hours");
    return { granularitySeconds: 1, minimumSeconds: 0 };
  }
  return share(`${granularitySeconds}+${minimumSeconds}`, () => ({
    granularitySeconds,
    minimumSeconds,
  })) as Billing;
}

/** Offers as text in our columns: the header first, then a line for each. */
export async function* writeOffers(
  offers: Iterable<Offer> | AsyncIterable<Offer>,
): AsyncGenerator<string> {
  yield offersHeader;
  for await (const offer of offers) yield offerLine(offer);
}

export const offersHeader = `${offerColumns.map(({ name }) => name).join(",")}\n`;

export function offerLine(offer: Offer): string {
  return `${offerColumns.map(({ write }) => cell(write(offer))).join(",")}\n`;
}

/** RFC 4180: in quotes where the text holds a comma, a quote, an end of line, or would be trimmed or skipped. */
function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = String(value);
  return /[",\r\n]|^\s|\s$|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
