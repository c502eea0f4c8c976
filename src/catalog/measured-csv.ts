import type { Accelerators, Offer, Rates } from "../model/offer.ts";
import { AloftError } from "../base/errors.ts";
import {
  baseName,
  type CsvFormat,
  type FileFacts,
  fromGibibytes,
  offerId,
  type RowReader,
  sharing,
} from "./csv-format.ts";
import { architecture } from "./offers-csv.ts";
import { billingOf, cpuKindOf, hasRdma } from "./platform-facts.ts";

/**
 * Shapes with measured rates: prices in US dollars, GiB, Gbit/s, CoreMark in iterations per second of all cpus. Its `ffmpeg_s`, a time
 * of one encoding, is no rate that ours are compared by, and is left out.
 */
export const measuredFormat: CsvFormat = {
  name: "measured shapes",
  required: ["provider", "region", "instance_type", "arch", "vcpus", "memory_gib", "price_date"],
  reader: measuredReader,
};

function measuredReader(file: string, facts: FileFacts): RowReader {
  const shareAccelerators = sharing<Accelerators>();
  return {
    read(cells) {
      const platform = cells.required("provider");
      const region = cells.required("region");
      const shape = cells.required("instance_type");
      const gpu = cells.text("gpu");
      const count = cells.number("gpu_count", { zero: true }) ?? 0;
      const network = cells.number("network_gbps");
      const coremark = cells.number("coremark_per_s");
      const billing = facts.billing ?? billingOf(platform);
      if (!billing) throw unknownBilling(platform);
      const rates: Rates = coremark === null ? none : { coremark };
      return {
        id: offerId(platform, region, shape),
        platform,
        region,
        shape,
        architecture: architecture(cells, "arch"),
        cpus: cells.requiredNumber("vcpus"),
        cpuKind: cpuKindOf(platform, shape),
        clockHz: null,
        memoryBytes: fromGibibytes(cells.requiredNumber("memory_gib")),
        accelerators:
          gpu === "" || count === 0
            ? null
            : shareAccelerators(`${gpu}/${count}`, () => ({ name: gpu, count, memoryBytes: null })),
        diskBytes: null,
        networkBitsPerSecond: network === null ? null : Math.round(network * 1e9),
        rdma: hasRdma(platform, shape),
        bareMetal: cells.yes("bare_metal"),
        rates,
        pricePerHour: cells.number("price_hour_usd", { zero: true }),
        spotPerHour: cells.number("spot_hour_usd", { zero: true }),
        currency: "USD",
        billing,
        mostMachines: null,
        mostSeconds: null,
        source: `measured shapes in ${baseName(file)}`,
        date: cells.date("price_date"),
      } satisfies Offer;
    },
  };
}

const none: Rates = {};

export function unknownBilling(platform: string): AloftError {
  return new AloftError(
    "bad-input",
    `how ${platform} bills is not known, and the file does not say`,
    {
      hint: "add --billing GRANULARITY,MINIMUM, such as --billing 1s,60s or --billing 1h,1h",
    },
  );
}
