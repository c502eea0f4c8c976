import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { Offer } from "../../model/offer.ts";
import { createAzurePrices } from "./azure.ts";
import type { ShapeFacts } from "./price-source.ts";
import { item, page, pagesOf, serving, skipOf } from "./testing-azure-server.ts";
import {
  type Handler,
  runUpdate,
  sendJson,
  someFacts,
  startServer,
  virtualTime,
} from "./testing-price-server.ts";

const spot = (retailPrice: number) => ({
  skuName: "D4s v5 Spot",
  meterName: "D4s v5 Spot",
  retailPrice,
});
const hb = { armSkuName: "Standard_HB176rs_v4", skuName: "HB176rs_v4", retailPrice: 7.2 };

/** Each has the shape of a wanted item and is none. */
const unwanted = [
  { productName: "Virtual Machines Dsv5 Series Windows" },
  { productName: "Virtual Machines NCCadsv5 Srs Win" },
  { productName: "Dv3 Series CloudServices" },
  { productName: "Dsv5 Series Dedicated Host" },
  { skuName: "D4s v5 Low Priority", meterName: "D4s v5 Low Priority" },
  { skuName: "D4s v5 Expired" },
  { type: "Reservation", reservationTerm: "1 Year" },
  { type: "DevTestConsumption" },
  { unitOfMeasure: "1 GB/Month" },
  { armSkuName: "" },
  { productName: "" },
  { effectiveStartDate: "2027-01-01T00:00:00Z" },
].map((different) => item({ retailPrice: 99, ...different }));

const threePages = pagesOf(
  [...unwanted, item()],
  [item({ ...hb, isPrimaryMeterRegion: true }), item({ armSkuName: "Standard_X1" })],
  [item(spot(0.0384)), item({ ...hb, retailPrice: 8, isPrimaryMeterRegion: false })],
);

/** Names in another case than the service's. */
const facts = new Map<string, ShapeFacts>([
  ["standard_d4s_v5", someFacts],
  ["Standard_HB176rs_v4", { ...someFacts, cpus: 176, cpuKind: "core", rdma: true }],
]);

function source() {
  const time = virtualTime();
  return { time, prices: createAzurePrices({ connection: time, facts }) };
}

const expected = [
  ["Standard_D4s_v5", 0.192, 0.0384],
  ["Standard_HB176rs_v4", 7.2, null],
];
function shown(offers: readonly Offer[]) {
  return offers.map(({ shape, pricePerHour, spotPerHour }) => [shape, pricePerHour, spotPerHour]);
}

test("pages of a region become offers of known shapes; unknown ones are told", async () => {
  await using server = await startServer(serving(threePages));
  const { offers, error, incomplete } = await runUpdate(source().prices, {
    endpoint: server.url,
    regions: ["eastus"],
  });
  expect(error).toBeUndefined();
  expect(offers.map((offer) => Offer.parse(offer))).toEqual(offers);
  expect(shown(offers)).toEqual(expected);
  expect(offers[0]).toEqual({
    ...someFacts,
    id: "azure/eastus/Standard_D4s_v5",
    platform: "azure",
    region: "eastus",
    shape: "Standard_D4s_v5",
    pricePerHour: 0.192,
    spotPerHour: 0.0384,
    currency: "USD",
    mostMachines: null,
    mostSeconds: null,
    source: "Azure Retail Prices API",
    date: "2026-10-01",
  });
  expect(incomplete).toEqual(["eastus/Standard_X1: nothing is known of its cpus and memory"]);
  expect(server.paths[0]).toBe(
    "/?$filter=serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq 'eastus'",
  );
  expect(server.paths).toHaveLength(3);
});

test("without regions all are read as one list", async () => {
  const one = pagesOf([item(), item({ armRegionName: "westeurope", retailPrice: 0.23 })]);
  await using server = await startServer(serving(one));
  const { offers } = await runUpdate(source().prices, { endpoint: server.url });
  expect(offers.map(({ id }) => id)).toEqual([
    "azure/eastus/Standard_D4s_v5",
    "azure/westeurope/Standard_D4s_v5",
  ]);
  expect(server.paths[0]).not.toContain("armRegionName");
});

test.each([
  ["the billed meter", { isPrimaryMeterRegion: false, retailPrice: 1 }, 0.192],
  ["the newer price", { effectiveStartDate: "2022-01-01T00:00:00Z", retailPrice: 1 }, 0.192],
  ["the higher of equals", { retailPrice: 0.1 }, 0.192],
  ["the higher of equals, in any order", { retailPrice: 0.3 }, 0.3],
])("of two prices %s counts", async (_, other, price) => {
  for (const items of [
    [item(), item(other)],
    [item(other), item()],
  ]) {
    await using server = await startServer(serving(pagesOf(items)));
    const { offers } = await runUpdate(source().prices, { endpoint: server.url });
    expect(shown(offers)).toEqual([["Standard_D4s_v5", price, null]]);
  }
});

/** Breaks the first answers in the way of `breaks`, and serves the pages afterwards. */
function breaking(times: number, breaks: (response: ServerResponse) => void): Handler {
  let left = times;
  return (request, response) => {
    if (skipOf(request.url ?? "") === 1 && left-- > 0) breaks(response);
    else serving(threePages)(request, response);
  };
}

test("a 429 is obeyed, and a server's fault waited out", async () => {
  let asked = 0;
  await using server = await startServer(
    breaking(2, (response) => {
      asked += 1;
      if (asked === 1) response.writeHead(429, { "retry-after": "17" }).end("slow down");
      else response.writeHead(502).end();
    }),
  );
  const { prices, time } = source();
  const { offers, error, waits } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(shown(offers)).toEqual(expected);
  expect(waits).toEqual(["HTTP 429, 17 s", "HTTP 502, 1.5 s"]);
  expect(time.pauses).toEqual([17, 1.5]);
});

test("a connection that drops in the middle of a page asks for the page again", async () => {
  await using server = await startServer(
    breaking(2, (response) => {
      response.setHeader("content-length", 100_000);
      response.write('{"Items":[', () => response.destroy());
    }),
  );
  const { offers, error } = await runUpdate(source().prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(shown(offers)).toEqual(expected);
});

test("an update that gave up goes on with the next page", async () => {
  let isBroken = true;
  await using server = await startServer((request, response) => {
    if (isBroken && skipOf(request.url ?? "") === 2) response.writeHead(500).end();
    else serving(threePages)(request, response);
  });
  const first = await runUpdate(source().prices, { endpoint: server.url });
  expect(first.error).toMatchObject({ code: "unavailable", retry: "later" });
  expect(first.offers).toEqual([]);
  isBroken = false;
  const before = server.paths.length;
  const kept = JSON.stringify(first.progress.at(-1)?.resume);
  const second = await runUpdate(source().prices, {
    endpoint: server.url,
    resume: JSON.parse(kept) as Record<string, unknown>,
  });
  expect(second.error).toBeUndefined();
  expect(shown(second.offers)).toEqual(expected);
  expect(server.paths.slice(before).map(skipOf)).toEqual([2]);
});

const { retailPrice: _, ...withoutPrice } = item();
test.each([
  ["JSON cut off", '{"Items":[{"currencyCode":"USD"', /is no price list: it is not whole JSON/],
  ["nothing", "", /it is empty/],
  ["a page of HTML", "<html></html>", /it is not whole JSON/],
  ["another form", { items: [] }, /Items: .*expected array/],
  ["a missing price", page([item(), withoutPrice]), /Items\.1\.retailPrice: .*expected number/],
  ["a price as text", page([item({ retailPrice: "0.192" })]), /Items\.0\.retailPrice/],
  ["a circle", page([item()], "https://h.example/?$skip=1"), /names itself as the next page/],
  ["a link to nowhere", page([item()], "https://h.example/"), /is no link to a page/],
])("%s is an error that names the address, and gives no offer", async (_name, body, message) => {
  await using server = await startServer((_request, response) => sendJson(response, body));
  const { offers, error } = await runUpdate(source().prices, { endpoint: server.url });
  expect(offers).toEqual([]);
  expect(error).toMatchObject({ code: "failed" });
  expect(String(error)).toMatch(message);
  expect(String(error)).toContain(server.url);
});

test("a refusal is told at once with what the service says", async () => {
  await using server = await startServer((_request, response) => {
    response.statusCode = 400;
    sendJson(response, { Error: { Code: "BadRequest", Message: "Invalid OData parameters" } });
  });
  const { prices, time } = source();
  const { error } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toMatchObject({ code: "failed" });
  expect(String(error)).toMatch(/HTTP 400, "Invalid OData parameters"$/);
  expect(time.pauses).toEqual([]);
});

test("a region without prices does not exist", async () => {
  await using server = await startServer(serving(pagesOf([])));
  const { error } = await runUpdate(source().prices, {
    endpoint: server.url,
    regions: ["eastus3'"],
  });
  expect(error).toMatchObject({ code: "not-found" });
  expect(server.paths[0]).toContain("armRegionName eq 'eastus3'''");
});

test("without any known shape nothing is asked", async () => {
  await using server = await startServer(serving(threePages));
  const prices = createAzurePrices({ facts: new Map() });
  const { error } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toMatchObject({ code: "bad-input", hint: expect.stringContaining("import") });
  expect(server.paths).toEqual([]);
});

test("a server that is not there is waited for, and then told", async () => {
  const server = await startServer(serving(threePages));
  await server[Symbol.asyncDispose]();
  const { error, waits } = await runUpdate(source().prices, { endpoint: server.url });
  expect(error).toMatchObject({ code: "unavailable" });
  expect(waits[0]).toBe("ECONNREFUSED, 0.75 s");
});
