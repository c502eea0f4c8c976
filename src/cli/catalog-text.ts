import { formatBytes } from "../base/bytes.ts";
import { formatDuration } from "../base/durations.ts";
import type { Finding, OfferSource } from "../model/catalog.ts";
import type { Offer } from "../model/offer.ts";
import { formatNumber, plural } from "./quantities.ts";
import { formatPairs, formatTable, type TableOptions } from "./table.ts";

/** Findings of one kind that a person is shown before the rest is counted only. */
const mostFindings = 10;

export function offersTable(offers: readonly Offer[], options: TableOptions): string[] {
  return formatTable(
    [
      { title: "OFFER" },
      { title: "CPUS", align: "right" },
      { title: "MEMORY", align: "right" },
      { title: "ACCELERATORS" },
      { title: "NETWORK" },
      { title: "PRICE/H", align: "right" },
      { title: "SPOT/H", align: "right" },
      { title: "OF" },
    ],
    offers.map((offer) => [
      offer.id,
      cpusText(offer),
      formatBytes(offer.memoryBytes),
      acceleratorsText(offer),
      networkText(offer),
      priceText(offer.pricePerHour, offer),
      offer.spotPerHour === null ? "" : priceText(offer.spotPerHour, offer),
      offer.date,
    ]),
    options,
  );
}

/** Everything about one offer; what is not known says so. */
export function offerLines(offer: Offer, dim: (text: string) => string): string[] {
  const { billing, diskBytes, clockHz, mostMachines, mostSeconds } = offer;
  return formatPairs(
    [
      ["offer", offer.id],
      ["machine", offer.bareMetal ? "bare metal" : "virtual"],
      ["architecture", offer.architecture],
      ["cpus", cpusText(offer)],
      ["clock", clockHz === null ? "unknown" : `${clockHz / 1e9} GHz`],
      ["memory", formatBytes(offer.memoryBytes)],
      ["accelerators", acceleratorsText(offer) || "none"],
      ["local disk", diskBytes === null ? "unknown" : diskBytes === 0 ? "none" : giga(diskBytes)],
      ["network", networkText(offer) || "unknown"],
      ["rates", ratesText(offer)],
      ["price per hour", priceText(offer.pricePerHour, offer)],
      ["spot per hour", priceText(offer.spotPerHour, offer)],
      [
        "charged by",
        `${formatDuration(billing.granularitySeconds)}, at least ${formatDuration(billing.minimumSeconds)}`,
      ],
      ["most machines", mostMachines === null ? null : String(mostMachines)],
      ["time limit", mostSeconds === null ? null : formatDuration(mostSeconds)],
      ["source", offer.source],
      ["of", offer.date],
    ],
    dim,
  );
}

export function sourcesTable(sources: readonly OfferSource[], options: TableOptions): string[] {
  return formatTable(
    [
      { title: "SOURCE" },
      { title: "OFFERS", align: "right" },
      { title: "OLDEST" },
      { title: "NEWEST" },
      { title: "FILE", flexible: true },
      { title: "PROBLEM", flexible: true },
    ],
    sources.map(({ name, offers, oldest, newest, file, problem }) => [
      name,
      String(offers),
      oldest ?? "",
      newest ?? "",
      file,
      firstLine(problem),
    ]),
    options,
  );
}

/** Findings by their kind, the first of each. */
export function findingLines(
  findings: readonly Finding[],
  bold: (text: string) => string,
): string[] {
  const kinds = Map.groupBy(findings, ({ code }) => code);
  return Array.from(kinds, ([code, list]) => {
    const more = list.length - mostFindings;
    return [
      bold(`${code}: ${plural(list.length, "offer")}`),
      ...list.slice(0, mostFindings).map(({ offer, message }) => `  ${offer}: ${message}`),
      ...(more > 0 ? [`  … and ${more} more; --json has them all`] : []),
    ];
  }).flat();
}

/** Sources that cannot be read, for standard error. */
export function brokenLines(broken: readonly OfferSource[]): string[] {
  return broken.map(
    ({ name, problem }) =>
      `warning: the source ${name} is left out: ${firstLine(problem)}; \`aloft catalog sources\` has more`,
  );
}

function firstLine(text: string | null): string {
  return text?.split("\n", 1)[0] ?? "";
}

function cpusText({ cpus, cpuKind }: Offer): string {
  return cpuKind === null ? String(cpus) : plural(cpus, cpuKind);
}

function acceleratorsText({ accelerators }: Offer): string {
  if (!accelerators) return "";
  const { name, count, memoryBytes } = accelerators;
  const each = memoryBytes === null ? "" : ` of ${formatBytes(memoryBytes)}`;
  return `${formatNumber(count)} × ${name}${each}`;
}

function networkText({ networkBitsPerSecond, rdma }: Offer): string {
  const speed = networkBitsPerSecond === null ? "" : `${networkBitsPerSecond / 1e9} Gbit/s`;
  return `${speed}${rdma ? " RDMA" : ""}`.trim();
}

function priceText(price: number | null, { currency }: Offer): string {
  return price === null ? "unknown" : `${Number(price.toPrecision(4))} ${currency}`;
}

function giga(bytes: number): string {
  return `${formatNumber(bytes / 1e9)} GB`;
}

function ratesText({ rates }: Offer): string {
  const { coremark, hplFlops, peakFlops, streamBytes } = rates;
  return [
    ...(coremark === undefined ? [] : [`CoreMark ${formatNumber(coremark)} iterations/s`]),
    ...(hplFlops === undefined ? [] : [`HPL ${formatNumber(hplFlops / 1e9)} GFLOP/s`]),
    ...(peakFlops === undefined ? [] : [`peak ${formatNumber(peakFlops / 1e9)} GFLOP/s`]),
    ...(streamBytes === undefined ? [] : [`STREAM ${formatNumber(streamBytes / 1e9)} GB/s`]),
  ].join("\n");
}
