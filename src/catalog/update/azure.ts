import * as z from "zod";
import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";
import type { Offer } from "../../model/offer.ts";
import {
  addItems,
  AzurePage,
  type AzurePrices,
  azureOffer,
  AzureShapePrices,
} from "./azure-prices.ts";
import {
  type PriceRequest,
  type PriceSource,
  readResume,
  type ShapeFacts,
} from "./price-source.ts";
import { parseEndpoint } from "./shown-url.ts";
import { type Connection, createWeb, malformed, parseJson, type Web } from "./web.ts";

const azureEndpoint = "https://prices.azure.com/api/retail/prices";

const AzureResume = z.object({
  source: z.literal("azure"),
  endpoint: z.string(),
  regions: z.array(z.string()),
  /** Regions whose offers were yielded; `*` where all are read as one list. */
  done: z.array(z.string()),
  /** The query of the next page, and what the pages before it gave. */
  reading: z
    .object({ region: z.string(), query: z.string(), prices: z.array(AzureShapePrices) })
    .nullable(),
});
type AzureResume = z.infer<typeof AzureResume>;
type Reading = NonNullable<AzureResume["reading"]>;

export interface AzurePricesOptions {
  readonly connection?: Connection;
  /** By name of the size (`Standard_D4s_v5`), in any case: the interface tells prices only. */
  readonly facts: ReadonlyMap<string, ShapeFacts>;
}

/** On-demand and spot prices of Linux machines from the Azure Retail Prices API, which needs no account. */
export function createAzurePrices(options: AzurePricesOptions): PriceSource {
  return { name: "azure", update: (request) => update(options, request) };
}

async function* update(options: AzurePricesOptions, request: PriceRequest): AsyncGenerator<Offer> {
  const endpoint = parseEndpoint(request.endpoint ?? azureEndpoint);
  const facts = byLowerCase(options.facts);
  const state = startingState(request, endpoint);
  const web = createWeb(options.connection ?? {}, request);
  let yielded = 0;

  async function report(place: string, reading: Reading | null): Promise<void> {
    const resume: AzureResume = { ...state, done: [...state.done], reading };
    await request.onProgress?.({ place, bytes: web.bytes, offers: yielded, resume });
  }

  for (const region of request.regions.length === 0 ? ["*"] : request.regions) {
    if (state.done.includes(region)) continue;
    const start = state.reading?.region === region ? state.reading : undefined;
    const prices = await readPages(web, endpoint, {
      start: start ?? { region, query: firstQuery(region), prices: [] },
      onReading: (reading) => report(region, reading),
    });
    if (prices.size === 0) throw noSuchRegion(region);
    const date = web.now().slice(0, 10);
    for (const one of prices.values()) {
      const known = facts.get(one.shape.toLowerCase());
      if (known === undefined) {
        const reason = "nothing is known of its cpus and memory";
        request.onIncomplete?.({ region: one.region, shape: one.shape, reason });
        continue;
      }
      yielded += 1;
      yield azureOffer(one, known, date);
    }
    state.done.push(region);
    await report(region, null);
  }
}

function byLowerCase(facts: ReadonlyMap<string, ShapeFacts>): Map<string, ShapeFacts> {
  if (facts.size === 0)
    throw new AloftError("bad-input", "Azure tells prices only, and no shape of it is known", {
      hint: "import a catalogue that has Azure's shapes: aloft catalog import FILE",
    });
  return new Map(Array.from(facts, ([shape, known]) => [shape.toLowerCase(), known]));
}

function startingState(request: PriceRequest, endpoint: string): AzureResume {
  const regions = [...request.regions];
  if (request.resume !== undefined)
    return readResume(AzureResume, request.resume, { regions, endpoint });
  return { source: "azure", endpoint, regions, done: [], reading: null };
}

/** Values are compared case by case, and a quote in one is doubled (OData 4, URL conventions, section 5.1.1.6.1). */
function firstQuery(region: string): string {
  const filters = ["serviceName eq 'Virtual Machines'", "priceType eq 'Consumption'"];
  if (region !== "*") filters.push(`armRegionName eq '${region.replaceAll("'", "''")}'`);
  return `?$filter=${encodeURIComponent(filters.join(" and "))}`;
}

interface Pages {
  readonly start: Reading;
  readonly onReading: (reading: Reading) => Promise<void>;
}

/**
 * Follows `NextPageLink` to the end. Of the link only the query counts: it names Azure's own host, also where a mirror answers.
 */
async function readPages(web: Web, endpoint: string, pages: Pages): Promise<AzurePrices> {
  const { region, query: firstOne, prices: before } = pages.start;
  const prices: AzurePrices = new Map(before.map((one) => [`${one.region}/${one.shape}`, one]));
  for (let query: string | undefined = firstOne; query !== undefined; ) {
    const url: string = endpoint + query;
    const page = parseJson(AzurePage, await web.text(url), url);
    takeItems(prices, page.Items, { url, now: web.now() });
    const next = queryOf(page.NextPageLink ?? "", url);
    if (next === query) throw malformed(url, "it names itself as the next page");
    query = next;
    if (query !== undefined) await pages.onReading({ region, query, prices: [...prices.values()] });
  }
  return prices;
}

function takeItems(
  prices: AzurePrices,
  items: readonly unknown[],
  { url, now }: { readonly url: string; readonly now: string },
): void {
  try {
    addItems(prices, items, now);
  } catch (error) {
    throw error instanceof RangeError ? malformed(url, error.message) : error;
  }
}

function queryOf(link: string, page: string): string | undefined {
  if (link === "") return undefined;
  const query = URL.canParse(link) ? new URL(link).search : "";
  if (query === "") throw malformed(page, `${shown(link)} is no link to a page`);
  return query;
}

function noSuchRegion(region: string): AloftError {
  return new AloftError("not-found", `Azure has no prices of machines in ${shown(region)}`, {
    hint: "name a region as Azure's programs do: eastus, westeurope",
  });
}
