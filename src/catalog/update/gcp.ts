import * as z from "zod";
import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";
import type { Offer } from "../../model/offer.ts";
import { familyOf } from "./gcp-families.ts";
import {
  addSkus,
  FamilyPrices,
  type FamilyPriceMap,
  gcpOffer,
  SkuPage,
  whyNot,
} from "./gcp-prices.ts";
import {
  type PriceRequest,
  type PriceSource,
  readResume,
  type ShapeFacts,
} from "./price-source.ts";
import { isReadableOnTheWay, parseEndpoint } from "./shown-url.ts";
import { type Connection, createWeb, malformed, parseJson, type Web } from "./web.ts";

const gcpEndpoint = "https://cloudbilling.googleapis.com";
/** Compute Engine's identifier in the catalogue (https://cloud.google.com/skus). */
const skuList = "/v1/services/6F81-5844-456A/skus";

const GcpResume = z.object({
  source: z.literal("gcp"),
  endpoint: z.string(),
  regions: z.array(z.string()),
  /** Of the next page; `null`: all pages were read, and all offers yielded. */
  pageToken: z.string().nullable(),
  prices: z.array(FamilyPrices),
});
type GcpResume = z.infer<typeof GcpResume>;

export interface GcpPricesOptions {
  readonly connection?: Connection;
  /** By machine type (`n2-standard-16`): the catalogue prices cores and memory, not machines. */
  readonly facts: ReadonlyMap<string, ShapeFacts>;
  /**
   * Asked once for each update. The key goes into a header: never into an address, a message, a report of progress or a
   * command line.
   */
  readonly apiKey: () => Promise<string>;
}

/**
 * On-demand and spot prices from Google's Cloud Billing Catalog API: prices of a core and of a GiB by family and region, put
 * together for the shapes that are known. Shapes with accelerators or local disks are told as incomplete.
 */
export function createGcpPrices(options: GcpPricesOptions): PriceSource {
  return { name: "gcp", update: (request) => update(options, request) };
}

async function* update(options: GcpPricesOptions, request: PriceRequest): AsyncGenerator<Offer> {
  const endpoint = parseEndpoint(request.endpoint ?? gcpEndpoint);
  const { facts } = options;
  if (facts.size === 0)
    throw new AloftError(
      "bad-input",
      "Google prices cores and memory, and no shape of it is known",
      {
        hint: "import a catalogue that has Google's shapes: aloft catalog import FILE",
      },
    );
  const state = startingState(request, endpoint);
  if (state.pageToken === null) return;
  const secret = await readKey(options.apiKey, endpoint);
  const web = createWeb(options.connection ?? {}, request, {
    headers: { "x-goog-api-key": secret },
    secret,
  });
  const prices = await readSkus(web, state, request);
  checkRegions(request.regions, prices);
  let yielded = 0;
  for (const offer of offersOf(facts, prices, { request, date: web.now().slice(0, 10) })) {
    yielded += 1;
    yield offer;
  }
  const resume: GcpResume = { ...state, pageToken: null, prices: [...prices.values()] };
  await request.onProgress?.({ place: "all regions", bytes: web.bytes, offers: yielded, resume });
}

function startingState(request: PriceRequest, endpoint: string): GcpResume {
  const regions = [...request.regions];
  if (request.resume !== undefined)
    return readResume(GcpResume, request.resume, { regions, endpoint });
  return { source: "gcp", endpoint, regions, pageToken: "", prices: [] };
}

async function readKey(apiKey: () => Promise<string>, endpoint: string): Promise<string> {
  if (isReadableOnTheWay(endpoint))
    throw new AloftError("refused", "an API key is not sent over plain HTTP", {
      hint: "name an endpoint with https://",
    });
  const key = (await apiKey()).trim();
  // What no header can hold would be repeated in the error of whoever sends it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new AloftError("bad-input", "the API key is empty or has characters that no key has", {
      hint: "make one at https://console.cloud.google.com/apis/credentials",
    });
  return key;
}

/** All pages. A token that is refused when an update is resumed has expired: the list is then read anew. */
async function readSkus(web: Web, state: GcpResume, request: PriceRequest) {
  try {
    return await readPages(web, state, request);
  } catch (error) {
    const expired = state.pageToken !== "" && isBadRequest(error);
    if (!expired) throw error;
    return await readPages(web, { ...state, pageToken: "", prices: [] }, request);
  }
}

function isBadRequest(error: unknown): boolean {
  const details = error instanceof AloftError ? error.details : undefined;
  return typeof details === "object" && details !== null && "status" in details
    ? details.status === 400
    : false;
}

async function readPages(web: Web, state: GcpResume, request: PriceRequest) {
  const prices = byKey(state.prices);
  for (let token = state.pageToken ?? ""; ; ) {
    const url = addressOf(state.endpoint, token);
    const page = parseJson(SkuPage, await web.text(url), url);
    try {
      addSkus(prices, page.skus);
    } catch (error) {
      throw error instanceof RangeError ? malformed(url, error.message) : error;
    }
    const next = page.nextPageToken ?? "";
    if (next === "") return prices;
    if (next === token) throw malformed(url, "it names itself as the next page");
    token = next;
    const resume: GcpResume = { ...state, pageToken: token, prices: [...prices.values()] };
    await request.onProgress?.({ place: "all regions", bytes: web.bytes, offers: 0, resume });
  }
}

/** 5000 is the most SKUs of one page. */
function addressOf(endpoint: string, token: string): string {
  const query = new URLSearchParams({ currencyCode: "USD", pageSize: "5000" });
  if (token !== "") query.set("pageToken", token);
  return `${endpoint}${skuList}?${query.toString()}`;
}

function byKey(prices: readonly FamilyPrices[]): FamilyPriceMap {
  return new Map(prices.map((one) => [`${one.region}/${one.family}`, one]));
}

function checkRegions(regions: readonly string[], prices: FamilyPriceMap): void {
  const known = new Set(Array.from(prices.values(), ({ region }) => region));
  const unknown =
    regions.length === 0 && known.size === 0 ? "*" : regions.find((one) => !known.has(one));
  if (unknown !== undefined)
    throw new AloftError("not-found", `Google has no prices of machines in ${shown(unknown)}`, {
      hint: `it has ${[...known].toSorted().join(", ") || "none at all: its catalogue has changed its form"}`,
    });
}

interface Assembly {
  readonly request: PriceRequest;
  readonly date: string;
}

/** A region that prices none of a family does not sell it: no offer, and nothing incomplete. */
function* offersOf(
  facts: ReadonlyMap<string, ShapeFacts>,
  prices: FamilyPriceMap,
  { request, date }: Assembly,
): Generator<Offer> {
  const wanted = new Set(request.regions);
  for (const [shape, known] of facts) {
    const reason = whyNot(shape, known);
    if (reason !== undefined) {
      request.onIncomplete?.({ region: "*", shape, reason });
      continue;
    }
    for (const one of prices.values()) {
      if (one.family !== familyOf(shape) || (wanted.size > 0 && !wanted.has(one.region))) continue;
      const offer = gcpOffer(shape, known, { prices: one, date });
      if (offer !== undefined) yield offer;
      else
        request.onIncomplete?.({
          region: one.region,
          shape,
          reason: "its cores or its memory have no price",
        });
    }
  }
}
