import { AloftError } from "../base/errors.ts";
import type { Accelerators, Billing, Offer } from "../model/offer.ts";
import { type Cells, isIsoDate } from "./cells.ts";
import {
  baseName,
  type CsvFormat,
  type FileFacts,
  fromGibibytes,
  offerId,
  type RowReader,
  sharing,
} from "./csv-format.ts";
import { unknownBilling } from "./measured-csv.ts";
import { architecture } from "./offers-csv.ts";
import {
  architectureNamed,
  architectureNames,
  architectureOf,
  billingOf,
  cpuKindOf,
  hasRdma,
  isBareMetal,
  isPricedWithoutItsAccelerators,
} from "./platform-facts.ts";

/**
 * SkyPilot's catalogue: `vms.csv`, one file for each cloud, prices in US dollars
 * (https://github.com/skypilot-org/skypilot-catalog). It names neither the cloud nor a date, and has a row for every availability zone.
 */
export const skypilotFormat: CsvFormat = {
  name: "SkyPilot's catalogue",
  required: ["InstanceType", "vCPUs", "MemoryGiB", "Price", "Region"],
  reader: skypilotReader,
};

interface Known {
  readonly file: string;
  readonly platform: string;
  readonly date: string;
  readonly billing: Billing;
  readonly architecture: string | undefined;
}

function skypilotReader(file: string, facts: FileFacts): RowReader {
  const known = require(file, facts);
  const offers = new Map<string, Offer>();
  const skipped = new Map<string, number>();
  const share = sharing<Accelerators>();
  const skip = (why: string): undefined => void skipped.set(why, (skipped.get(why) ?? 0) + 1);
  return {
    skipped: () => skipped,
    rest: () => offers.values(),
    read(cells) {
      const shape = cells.text("InstanceType");
      if (shape === "") return skip("accelerators without a machine");
      if (cells.text("vCPUs") === "" || cells.text("MemoryGiB") === "")
        return skip("machines without a number of cpus or a memory");
      if (
        isPricedWithoutItsAccelerators(known.platform, shape) &&
        cells.text("AcceleratorName") === ""
      )
        return skip("machines whose price leaves out the accelerators that they are sold with");
      const offer = offerOf(cells, shape, known, share);
      const zone = offers.get(offer.id);
      if (!zone) offers.set(offer.id, offer);
      else keepLowest(zone, offer);
      return undefined;
    },
  };
}

function require(file: string, facts: FileFacts): Known {
  const { platform, date, architecture } = facts;
  if (platform === undefined || date === undefined)
    throw new AloftError(
      "bad-input",
      `${file} does not say which cloud it is of, nor of which day`,
      {
        hint: "SkyPilot's files need both, such as --platform aws --date 2026-11-01",
      },
    );
  if (!isIsoDate(date))
    throw new AloftError("bad-input", `"${date}" is not a date`, { hint: "write 2026-11-01" });
  const billing = facts.billing ?? billingOf(platform);
  if (!billing) throw unknownBilling(platform);
  return { file, platform, date, billing, architecture: toldArchitecture(architecture) };
}

function toldArchitecture(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const found = architectureNamed(name);
  if (found !== undefined) return found;
  throw new AloftError("bad-input", `"${name}" is not an architecture that we know`, {
    hint: `one of ${architectureNames.join(", ")}`,
  });
}

/** Zones of a region differ in spot prices, seldom in others. */
function keepLowest(kept: Offer, other: Offer): void {
  kept.pricePerHour = lower(kept.pricePerHour, other.pricePerHour);
  kept.spotPerHour = lower(kept.spotPerHour, other.spotPerHour);
}

function lower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function offerOf(
  cells: Cells,
  shape: string,
  known: Known,
  share: ReturnType<typeof sharing<Accelerators>>,
): Offer {
  const { file, platform, date, billing } = known;
  const region = cells.required("Region");
  return {
    id: offerId(platform, region, shape),
    platform,
    region,
    shape,
    architecture: archOf(cells, shape, known),
    cpus: cells.requiredNumber("vCPUs"),
    cpuKind: cpuKindOf(platform, shape),
    clockHz: null,
    memoryBytes: fromGibibytes(cells.requiredNumber("MemoryGiB")),
    accelerators: acceleratorsOf(cells, share),
    diskBytes: null,
    networkBitsPerSecond: null,
    rdma: hasRdma(platform, shape),
    bareMetal: isBareMetal(platform, shape),
    rates: {},
    pricePerHour: cells.number("Price", { zero: true }),
    spotPerHour: cells.number("SpotPrice", { zero: true }),
    currency: "USD",
    billing,
    mostMachines: null,
    mostSeconds: null,
    source: `SkyPilot's catalogue, ${baseName(file)}`,
    date,
  };
}

function archOf(cells: Cells, shape: string, { platform, architecture: told }: Known): string {
  if (cells.text("Arch") !== "") return architecture(cells, "Arch");
  const found = told ?? architectureOf(platform, shape);
  if (found === undefined)
    cells.wrong("Arch", "x64 or arm64, or --arch for all machines of the file");
  return found ?? "";
}

/** `GpuInfo` is a Python literal: `{'Gpus': [{'Name': 'V100', 'MemoryInfo': {'SizeInMiB': 16384}, …}], …}`. */
function acceleratorsOf(
  cells: Cells,
  share: ReturnType<typeof sharing<Accelerators>>,
): Accelerators | null {
  const name = cells.text("AcceleratorName");
  if (name === "") return null;
  const count = cells.requiredNumber("AcceleratorCount");
  const mebibytes = /'SizeInMiB': (\d+)/.exec(cells.text("GpuInfo"))?.[1];
  const memoryBytes = Number(mebibytes ?? 0) * 1024 ** 2 || null;
  return share(`${name}/${count}/${mebibytes}`, () => ({ name, count, memoryBytes }));
}
