import * as z from "zod";
import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";
import type { Offer } from "../../model/offer.ts";
import { newReading, Reading, type ReadingContext, readPriceList } from "./aws-reading.ts";
import { spotPricesAddress, SpotPrices, spotPricesOf, unwrapSpot } from "./aws-spot.ts";
import { FileChanged } from "./download.ts";
import {
  type PriceRequest,
  type PriceSource,
  type Progress,
  readResume,
  type ShapeFacts,
} from "./price-source.ts";
import { parseEndpoint, shownUrl } from "./shown-url.ts";
import { type Connection, createWeb, parseJson, type Web } from "./web.ts";

/** The price list of the commercial regions; those in China have `https://pricing.cn-north-1.amazonaws.com.cn`. */
const awsEndpoint = "https://pricing.us-east-1.amazonaws.com";
const regionIndex = "/offers/v1.0/aws/AmazonEC2/current/region_index.json";

/** AWS Billing user guide, Reading the service Region index file. Addresses name one version, which never changes. */
const RegionIndex = z.object({
  regions: z.record(
    z.string(),
    z.object({ currentVersionUrl: z.string().regex(/^\/[\w./-]+\/index\.json$/) }),
  ),
});

const AwsResume = z.object({
  source: z.literal("aws"),
  endpoint: z.string(),
  regions: z.array(z.string()),
  /** Regions whose offers were yielded. */
  done: z.array(z.string()),
  reading: Reading.nullable(),
});
type AwsResume = z.infer<typeof AwsResume>;

export interface AwsPricesOptions {
  readonly connection?: Connection;
  /** What the price list does not tell: RDMA, names of accelerators, measured rates. */
  readonly facts?: ReadonlyMap<string, ShapeFacts>;
  /** Where spot prices are; `null`: left out, so unknown. */
  readonly spotAddress?: string | null;
  /** Bytes between two reports of progress. */
  readonly reportBytes?: number;
}

/**
 * On-demand prices of shared Linux machines from the AWS Price List Bulk API, which needs no account, and spot prices from the
 * table behind AWS's spot page. A region's list has hundreds of megabytes; it is read as a stream and continued where it broke.
 */
export function createAwsPrices(options: AwsPricesOptions = {}): PriceSource {
  return { name: "aws", update: (request) => update(options, request) };
}

async function* update(options: AwsPricesOptions, request: PriceRequest): AsyncGenerator<Offer> {
  const endpoint = parseEndpoint(request.endpoint ?? awsEndpoint);
  const { regions, signal } = request;
  const state = startingState(request, endpoint);
  const web = createWeb(options.connection ?? {}, request);
  const lists = await readRegionIndex(web, endpoint);
  const wanted = chooseRegions(regions, lists);
  const spot = await readSpot(web, options.spotAddress);
  let bytes = 0;
  let yielded = 0;

  async function report(place: string, read: number, reading: Reading | null): Promise<void> {
    const resume: AwsResume = { ...state, done: [...state.done], reading };
    await request.onProgress?.({
      place,
      bytes: bytes + read,
      offers: yielded,
      resume,
    } satisfies Progress);
  }

  for (const [region, url] of wanted) {
    if (state.done.includes(region)) continue;
    const context: ReadingContext = {
      web,
      signal,
      facts: options.facts ?? new Map(),
      reportBytes: options.reportBytes ?? 4 * 1024 ** 2,
      onReading: (reading, read) => report(region, read, reading),
    };
    const start = interrupted(state, region) ?? newReading(region, url);
    const end = await readAnew(start, newReading(region, url), context);
    for (const row of end.incomplete) request.onIncomplete?.({ region, ...row });
    const prices = spot === null ? new Map<string, number>() : spotPricesOf(spot, region);
    for (const offer of end.offers) {
      yielded += 1;
      yield withSpot(offer, prices.get(offer.shape));
    }
    bytes += end.offset - start.offset;
    state.done.push(region);
    await report(region, 0, null);
  }
}

function startingState(request: PriceRequest, endpoint: string): AwsResume {
  const regions = [...request.regions];
  if (request.resume !== undefined)
    return readResume(AwsResume, request.resume, { regions, endpoint });
  return { source: "aws", endpoint, regions, done: [], reading: null };
}

async function readRegionIndex(web: Web, endpoint: string): Promise<Map<string, string>> {
  const url = endpoint + regionIndex;
  const { regions } = parseJson(RegionIndex, await web.text(url), url);
  return new Map(
    Object.entries(regions).map(([region, { currentVersionUrl }]) => [
      region,
      endpoint + currentVersionUrl.replace(/json$/, "csv"),
    ]),
  );
}

function chooseRegions(
  regions: readonly string[],
  lists: ReadonlyMap<string, string>,
): [string, string][] {
  if (regions.length === 0) return [...lists];
  return regions.map((region) => {
    const url = lists.get(region);
    if (url === undefined)
      throw new AloftError("not-found", `AWS has no region ${shown(region)}`, {
        hint: `it has ${[...lists.keys()].toSorted().join(", ")}`,
      });
    return [region, url];
  });
}

/** The list that a resumed update was reading, unless it is of another endpoint. */
function interrupted({ reading, endpoint }: AwsResume, region: string): Reading | null {
  return reading?.region === region && reading.url.startsWith(`${endpoint}/`) ? reading : null;
}

/** Reads on from `start`, and from the beginning where the file has become another one. */
async function readAnew(start: Reading, beginning: Reading, context: ReadingContext) {
  for (let attempt = 0; attempt < 3; attempt += 1)
    try {
      return await readPriceList(attempt === 0 ? start : beginning, context);
    } catch (error) {
      if (!(error instanceof FileChanged)) throw error;
    }
  throw new AloftError("unavailable", `${shownUrl(beginning.url)} changes while it is read`, {
    hint: "resume the update later",
    retry: "later",
  });
}

async function readSpot(web: Web, address: string | null | undefined): Promise<SpotPrices | null> {
  if (address === null) return null;
  const url = address ?? spotPricesAddress;
  try {
    return parseJson(SpotPrices, unwrapSpot(await web.text(url)), url);
  } catch (error) {
    if (!(error instanceof AloftError) || error.code === "cancelled") throw error;
    const { code, message, retry, cause } = error;
    const hint = "AWS does not document this table: update without spot prices, or try again later";
    throw new AloftError(code, message, { hint, retry, cause });
  }
}

function withSpot(offer: Offer, price: number | undefined): Offer {
  if (price === undefined || offer.currency !== "USD") return offer;
  return {
    ...offer,
    spotPerHour: price,
    source: `${offer.source}; spot: aws.amazon.com/ec2/spot/pricing`,
  };
}
