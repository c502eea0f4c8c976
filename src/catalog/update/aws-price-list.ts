import { parseNetworkPerformance } from "./network-performance.ts";
import type { ShapeFacts } from "./price-source.ts";
import type { Offer } from "../../model/offer.ts";

/**
 * The CSV of the AWS Price List Bulk API: "The first five rows of the CSV file are the metadata for the price list file.
 * The sixth row has the column names" (AWS Billing user guide, Reading the service price list file). One row is one price.
 */
const columnNames = {
  term: "TermType",
  unit: "Unit",
  price: "PricePerUnit",
  currency: "Currency",
  product: "Product Family",
  shape: "Instance Type",
  family: "Instance Family",
  vcpu: "vCPU",
  processor: "Physical Processor",
  clock: "Clock Speed",
  memory: "Memory",
  storage: "Storage",
  network: "Network Performance",
  tenancy: "Tenancy",
  system: "Operating System",
  software: "Pre Installed S/W",
  operation: "operation",
  capacity: "CapacityStatus",
  region: "Region Code",
  /** Absent from older lists. */
  market: "MarketOption",
  gpu: "GPU",
} as const;
type Field = keyof typeof columnNames;
const optional: ReadonlySet<Field> = new Set(["market", "gpu"]);

/** Where each field stands in a row, and how many fields a row has. */
export interface Columns {
  readonly count: number;
  readonly at: Readonly<Record<string, number>>;
}

/** Throws a `RangeError` with the name of a column that is missing. */
export function readColumns(names: readonly string[]): Columns {
  const places = new Map(names.map((name, index) => [name.toLowerCase(), index]));
  const at: Record<string, number> = {};
  for (const [field, name] of Object.entries(columnNames) as [Field, string][]) {
    const index = places.get(name.toLowerCase());
    if (index !== undefined) at[field] = index;
    else if (!optional.has(field)) throw new RangeError(`it has no column "${name}"`);
  }
  return { count: names.length, at };
}

export interface PriceListContext {
  readonly region: string;
  readonly columns: Columns;
  readonly facts: ReadonlyMap<string, ShapeFacts>;
  readonly source: string;
  /** ISO date of publication. */
  readonly date: string;
}

/** What a row says: an offer without its spot price, or a shape that cannot be offered, and why. */
export type PriceRow =
  | { readonly offer: Offer }
  | { readonly shape: string; readonly reason: string };

/**
 * `undefined` for a row that is no on-demand price of a shared Linux machine without pre-installed software. Throws a
 * `RangeError` for a row that is cut off or has a price that is no number.
 */
export function readPriceRow(
  row: readonly string[],
  context: PriceListContext,
): PriceRow | undefined {
  const { count, at } = context.columns;
  if (row.length !== count)
    throw new RangeError(`${row.length} fields where ${count} are expected: it is cut off`);
  const field = (name: Field): string => row[at[name] ?? -1] ?? "";
  if (!isWanted(field, context.region)) return undefined;
  const shape = field("shape");
  const price = priceOf(field("price"));
  if (price === null) return { shape, reason: "it has no price" };
  return offerOf(field, price, context);
}

/**
 * MarketOption and operation keep capacity blocks out: they are listed at 0.00 for the same machine, because they are paid in advance.
 */
function isWanted(field: (name: Field) => string, region: string): boolean {
  return (
    field("term") === "OnDemand" &&
    field("product").startsWith("Compute Instance") &&
    field("system") === "Linux" &&
    field("tenancy") === "Shared" &&
    ["NA", ""].includes(field("software")) &&
    field("capacity") === "Used" &&
    field("operation") === "RunInstances" &&
    ["OnDemand", ""].includes(field("market")) &&
    field("unit") === "Hrs" &&
    [region, ""].includes(field("region"))
  );
}

function priceOf(text: string): number | null {
  if (text === "") return null;
  const price = Number(text);
  if (!Number.isFinite(price) || price < 0)
    throw new RangeError(`${JSON.stringify(text)} is no price`);
  // Nothing that can be rented by the hour is free.
  return price === 0 ? null : price;
}

function offerOf(
  field: (name: Field) => string,
  price: number,
  context: PriceListContext,
): PriceRow {
  const shape = field("shape");
  const facts = context.facts.get(shape);
  const architecture = architectureOf(field("processor")) ?? facts?.architecture;
  const cpus = positive(field("vcpu"));
  const memoryBytes = parseMemory(field("memory"));
  const accelerators = acceleratorsOf(field, facts);
  const missing =
    (architecture === undefined && "architecture") ||
    (cpus === null && "number of cpus") ||
    (memoryBytes === null && "memory") ||
    (accelerators === undefined && "accelerators");
  if (
    architecture === undefined ||
    cpus === null ||
    memoryBytes === null ||
    accelerators === undefined
  )
    return { shape, reason: `the price list does not tell its ${missing || "kind"}` };
  return {
    offer: {
      id: `aws/${context.region}/${shape}`,
      platform: "aws",
      region: context.region,
      shape,
      architecture,
      cpus,
      cpuKind: facts?.cpuKind ?? (/graviton/i.test(field("processor")) ? "core" : null),
      clockHz: parseClock(field("clock")) ?? facts?.clockHz ?? null,
      memoryBytes,
      accelerators,
      diskBytes: parseStorage(field("storage")) ?? facts?.diskBytes ?? null,
      networkBitsPerSecond: networkOf(field("network"), facts),
      rdma: facts?.rdma ?? false,
      bareMetal: field("product").includes("bare metal"),
      rates: facts?.rates ?? {},
      pricePerHour: price,
      spotPerHour: null,
      currency: field("currency"),
      billing,
      mostMachines: null,
      mostSeconds: null,
      source: context.source,
      date: context.date,
    },
  };
}

/** Linux: by the second, one minute at least (EC2 user guide, Billing and purchasing options). */
const billing = { granularitySeconds: 1, minimumSeconds: 60 };

/** The list names processors, not architectures: "AWS Graviton3 Processor", "Intel Xeon 8375C (Ice Lake)". */
function architectureOf(processor: string): string | undefined {
  if (/graviton|nvidia grace/i.test(processor)) return "arm64";
  return /\b(?:intel|amd)\b/i.test(processor) ? "x64" : undefined;
}

/**
 * The list counts GPUs and does not name them; of other accelerators it says only that the family has them. `undefined`:
 * there are some, and nothing tells which.
 */
function acceleratorsOf(field: (name: Field) => string, facts: ShapeFacts | undefined) {
  const count = positive(field("gpu"));
  const known = facts?.accelerators ?? null;
  if (count !== null) return { name: "GPU", memoryBytes: null, ...known, count };
  if (known !== null) return known;
  return /gpu|asic|fpga|accelerator/i.test(field("family")) ? undefined : null;
}

/** Small machines reach "up to" for minutes only: what else is known of them counts more. */
function networkOf(text: string, facts: ShapeFacts | undefined): number | null {
  const told = parseNetworkPerformance(text);
  const known = facts?.networkBitsPerSecond ?? null;
  return /^\s*up to/i.test(text) ? (known ?? told) : (told ?? known);
}

const binary: Record<string, number> = { m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const decimal: Record<string, number> = { g: 1e9, t: 1e12 };

/** "0.5 GiB", "1,952 GiB". */
export function parseMemory(text: string): number | null {
  const [, amount = "", unit = ""] = /^([\d.,]+)\s*([MGT])i?B$/i.exec(text.trim()) ?? [];
  const size = positive(amount);
  return size === null ? null : Math.round(size * (binary[unit.toLowerCase()] ?? Number.NaN));
}

/** Bytes from "EBS only" (0), "2 x 900 NVMe SSD" (GB where no unit is told), "125 GB NVMe SSD". `null`: not told. */
export function parseStorage(text: string): number | null {
  if (/^ebs only$/i.test(text.trim())) return 0;
  const pattern = /^(?:(\d+)\s*x\s*)?([\d.,]+)\s*([GT])?B?\s*(?:nvme|ssd|hdd)/i;
  const [, count = "1", amount = "", unit] = pattern.exec(text.trim()) ?? [];
  const size = positive(amount);
  return size === null
    ? null
    : Number(count) * size * (decimal[(unit ?? "g").toLowerCase()] ?? 1e9);
}

/** "3.5 GHz", "Up to 3.3 GHz". */
function parseClock(text: string): number | null {
  const gigahertz = positive(/^(?:up to )?([\d.]+) GHz/i.exec(text.trim())?.[1] ?? "");
  return gigahertz === null ? null : Math.round(gigahertz * 1e9);
}

function positive(text: string): number | null {
  const value = text === "" ? Number.NaN : Number(text.replaceAll(",", ""));
  return Number.isFinite(value) && value > 0 ? value : null;
}
