import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Offer } from "../../model/offer.ts";
import { createGcpPrices } from "./gcp.ts";
import type { ShapeFacts } from "./price-source.ts";
import {
  type Handler,
  runUpdate,
  sendJson,
  someFacts,
  startServer,
  virtualTime,
} from "./testing-price-server.ts";

const key = "AIzaSyD-secret_0123456789";
const GiB = 1024 ** 3;

interface Priced {
  readonly description: string;
  readonly nanos?: number;
  readonly units?: string;
  readonly usageUnit?: string;
  readonly usageType?: string;
  readonly regions?: readonly string[];
}

/** A SKU as the catalogue writes it. */
function sku(priced: Priced) {
  const isCore = /Core/.test(priced.description);
  return {
    name: "services/6F81-5844-456A/skus/2390-DCAF-DA38",
    skuId: "2390-DCAF-DA38",
    description: priced.description,
    category: {
      serviceDisplayName: "Compute Engine",
      resourceFamily: "Compute",
      resourceGroup: isCore ? "CPU" : "RAM",
      usageType:
        priced.usageType ?? (priced.description.startsWith("Spot") ? "Preemptible" : "OnDemand"),
    },
    serviceRegions: priced.regions ?? ["us-central1", "us-east1"],
    pricingInfo: [
      {
        summary: "",
        pricingExpression: {
          usageUnit: priced.usageUnit ?? (isCore ? "h" : "GiBy.h"),
          displayQuantity: 1,
          tieredRates: [
            {
              startUsageAmount: 0,
              unitPrice: {
                currencyCode: "USD",
                units: priced.units ?? "0",
                ...(priced.nanos === undefined ? {} : { nanos: priced.nanos }),
              },
            },
          ],
          baseUnit: isCore ? "s" : "By.s",
          baseUnitConversionFactor: isCore ? 3600 : 3865470566400,
        },
        currencyConversionRate: 1,
        effectiveTime: "2026-09-24T10:52:50.681Z",
      },
    ],
    serviceProviderName: "Google",
    geoTaxonomy: { type: "MULTI_REGIONAL", regions: ["us-central1", "us-east1"] },
  };
}

const n2 = [
  sku({ description: "N2 Instance Core running in Americas", nanos: 31_611_000 }),
  sku({ description: "N2 Instance Ram running in Americas", nanos: 4_237_000 }),
];
const n2Spot = [
  sku({ description: "Spot Preemptible N2 Instance Core running in Americas", nanos: 7_650_000 }),
  sku({ description: "Spot Preemptible N2 Instance Ram running in Americas", nanos: 1_030_000 }),
];
const e2 = [
  sku({ description: "E2 Instance Core running in Americas", nanos: 21_811_590 }),
  sku({ description: "E2 Instance Ram running in Americas", nanos: 2_923_530 }),
];
/** Each looks like a price of an N2's part and is none. */
const unwanted = [
  ...[
    "N2 Custom Instance Core running in Americas",
    "N2 Custom Extended Instance Ram running in Americas",
    "N2 Sole Tenancy Instance Core running in Americas",
    "Sole Tenancy Premium for N2 Instance Core running in Americas",
    "Reserved N2 Instance Core running in Americas",
    "N2 Instance Core running in Americas, DWS Calendar Mode",
    "N2D AMD Custom Instance Core running in Americas",
    "Nvidia L4 GPU attached to N2 Instance Core running in Americas",
  ].map((description) => sku({ description, units: "9" })),
  sku({ description: "N2 Instance Core running in Americas", units: "9", usageType: "Commit1Yr" }),
  { skuId: "0000", description: "Storage PD Capacity" },
  { skuId: "0001" },
];

const facts = new Map<string, ShapeFacts>([
  ["n2-standard-4", someFacts],
  ["e2-small", { ...someFacts, cpus: 2, memoryBytes: 2 * GiB }],
]);

function source(
  options: { facts?: ReadonlyMap<string, ShapeFacts>; apiKey?: () => Promise<string> } = {},
) {
  const time = virtualTime();
  const apiKey = async () => `${key}\n`;
  return { time, prices: createGcpPrices({ connection: time, facts, apiKey, ...options }) };
}

function tokenOf(path: string): string {
  return new URL(path, "http://h").searchParams.get("pageToken") ?? "";
}

/** Pages by token `t1`, `t2`, …; the last one has an empty token. Requests without the key are refused. */
function serving(...pages: unknown[][]): Handler {
  return (request, response) => {
    const index = Number(tokenOf(request.url ?? "").slice(1) || 0);
    if (request.headers["x-goog-api-key"] === key)
      sendJson(response, {
        skus: pages[index] ?? [],
        nextPageToken: index + 1 < pages.length ? `t${index + 1}` : "",
      });
    else refuse(response, 403, "The request is missing a valid API key.");
  };
}

function refuse(response: Parameters<Handler>[1], code: number, message: string): void {
  response.statusCode = code;
  sendJson(response, { error: { code, message, status: "PERMISSION_DENIED" } });
}

const threePages = serving([...unwanted, n2[0], e2[0]], [n2[1], n2Spot[0]], [n2Spot[1], e2[1]]);

test("prices of cores and memory become prices of known shapes", async () => {
  await using server = await startServer(threePages);
  const { offers, error, incomplete } = await runUpdate(source().prices, {
    endpoint: server.url,
    regions: ["us-central1"],
  });
  expect(error).toBeUndefined();
  expect(incomplete).toEqual([]);
  expect(offers.map((offer) => Offer.parse(offer))).toEqual(offers);
  // 4 × 0.031611 + 16 × 0.004237, as https://cloud.google.com/compute/vm-instance-pricing has it: 0.1942.
  expect(offers).toEqual([
    {
      ...someFacts,
      id: "gcp/us-central1/n2-standard-4",
      platform: "gcp",
      region: "us-central1",
      shape: "n2-standard-4",
      pricePerHour: 0.194236,
      spotPerHour: 0.04708,
      currency: "USD",
      mostMachines: null,
      mostSeconds: null,
      source: "Google Cloud Billing Catalog API",
      date: "2026-10-01",
    },
    // Half a core is charged: 0.5 × 0.02181159 + 2 × 0.00292353.
    expect.objectContaining({ shape: "e2-small", pricePerHour: 0.016752855, spotPerHour: null }),
  ]);
});

test("without regions all that are priced are read", async () => {
  await using server = await startServer(threePages);
  const { offers } = await runUpdate(source().prices, { endpoint: server.url });
  expect(offers.map(({ id }) => id)).toEqual([
    "gcp/us-central1/n2-standard-4",
    "gcp/us-east1/n2-standard-4",
    "gcp/us-central1/e2-small",
    "gcp/us-east1/e2-small",
  ]);
});

test("memory by the gigabyte is counted by the gibibyte, and of two prices the higher counts", async () => {
  const inCentral = { regions: ["us-central1"] };
  await using server = await startServer(
    serving([
      n2[0],
      sku({ description: "N2 Instance Core running in Iowa", nanos: 40_000_000, ...inCentral }),
      sku({
        description: "N2 Instance Ram running in Iowa",
        nanos: 4_000_000,
        usageUnit: "GBy.h",
        ...inCentral,
      }),
    ]),
  );
  const { offers, incomplete } = await runUpdate(source().prices, { endpoint: server.url });
  expect(offers.map(({ id, pricePerHour }) => [id, pricePerHour])).toEqual([
    ["gcp/us-central1/n2-standard-4", Number((0.16 + 16 * 0.004 * 1.073741824).toFixed(9))],
  ]);
  expect(incomplete).toEqual(["us-east1/n2-standard-4: its cores or its memory have no price"]);
});

test.each([
  ["a2-highgpu-1g", {}, /parts of its family's price/],
  ["m2-ultramem-208", {}, /parts of its family's price/],
  ["n1-megamem-96", {}, /parts of its family's price/],
  ["n2-custom-4-8192", {}, /parts of its family's price/],
  ["c3-standard-192-metal", {}, /parts of its family's price/],
  ["constructor", {}, /parts of its family's price/],
  ["n1-standard-8", { accelerators: { name: "T4", count: 1, memoryBytes: null } }, /accelerators/],
  ["c3-standard-4-lssd", { diskBytes: null }, /local disks/],
  ["n2-standard-8", { diskBytes: 375 * GiB }, /local disks/],
])("%s is told as incomplete", async (shape, known, reason) => {
  await using server = await startServer(threePages);
  const some = new Map([[shape, { ...someFacts, ...known }]]);
  const { prices } = source({ facts: some });
  const { offers, incomplete, error } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(offers).toEqual([]);
  expect(incomplete).toEqual([expect.stringMatching(reason)]);
});

test("a SKU without a price leaves its shapes without", async () => {
  const { pricingInfo: _, ...unpriced } = sku({ description: "x" });
  await using server = await startServer(
    serving([
      n2[0],
      { ...unpriced, description: "N2 Instance Ram running in Americas", pricingInfo: [] },
    ]),
  );
  const { offers, incomplete } = await runUpdate(source().prices, {
    endpoint: server.url,
    regions: ["us-east1"],
  });
  expect(offers).toEqual([]);
  expect(incomplete).toEqual(["us-east1/n2-standard-4: its cores or its memory have no price"]);
});

test.each([
  [
    "another unit",
    serving([sku({ description: "N2 Instance Core running in X", usageUnit: "mo" })]),
    /is sold by "mo"/,
  ],
  [
    "no regions",
    serving([{ ...n2[0], serviceRegions: undefined }]),
    /"N2 Instance Core.*serviceRegions/,
  ],
  [
    "JSON cut off",
    (_: unknown, response: Parameters<Handler>[1]) => sendJson(response, '{"skus":[{'),
    /not whole JSON/,
  ],
])("%s is an error that names the address, and gives no offer", async (_, handler, message) => {
  await using server = await startServer(handler);
  const { offers, error } = await runUpdate(source().prices, { endpoint: server.url });
  expect(offers).toEqual([]);
  expect(error).toMatchObject({ code: "failed" });
  expect(String(error)).toMatch(message);
  expect(String(error)).toContain(`${server.url}/v1/services/6F81-5844-456A/skus`);
});

test("an update that gave up goes on with the next page", async () => {
  let isBroken = true;
  await using server = await startServer((request, response) => {
    if (isBroken && tokenOf(request.url ?? "") === "t2") response.destroy();
    else return threePages(request, response);
  });
  const first = await runUpdate(source().prices, { endpoint: server.url });
  expect(first.error).toMatchObject({ code: "unavailable", retry: "later" });
  expect(first.offers).toEqual([]);
  isBroken = false;
  const before = server.paths.length;
  const kept = JSON.parse(JSON.stringify(first.progress.at(-1)?.resume)) as Record<string, unknown>;
  const second = await runUpdate(source().prices, { endpoint: server.url, resume: kept });
  expect(second.error).toBeUndefined();
  expect(server.paths.slice(before).map(tokenOf)).toEqual(["t2"]);
  const whole = await runUpdate(source().prices, { endpoint: server.url });
  expect(second.offers).toEqual(whole.offers);
  expect(whole.offers).toHaveLength(4);
});

test("an update that had yielded everything yields nothing again, and asks nothing", async () => {
  await using server = await startServer(threePages);
  const { progress } = await runUpdate(source().prices, { endpoint: server.url });
  const before = server.paths.length;
  const resume = progress.at(-1)?.resume;
  const { offers, error } = await runUpdate(source().prices, { endpoint: server.url, resume });
  expect({ offers, error }).toEqual({ offers: [], error: undefined });
  expect(server.paths).toHaveLength(before);
});

test("a page token that has expired starts the list anew", async () => {
  let refused = 0;
  await using server = await startServer((request, response) => {
    if (tokenOf(request.url ?? "") !== "old") return threePages(request, response);
    refused += 1;
    refuse(response, 400, "Invalid page token");
  });
  const { progress } = await runUpdate(source().prices, { endpoint: server.url });
  const resume = { ...progress[0]?.resume, pageToken: "old" };
  const { offers, error } = await runUpdate(source().prices, { endpoint: server.url, resume });
  expect(error).toBeUndefined();
  expect(refused).toBe(1);
  expect(offers).toHaveLength(4);
});

test("a region that is not priced is told with those that are", async () => {
  await using server = await startServer(threePages);
  const regions = ["us-east1", "mars1"];
  const { error } = await runUpdate(source().prices, { endpoint: server.url, regions });
  expect(error).toMatchObject({ code: "not-found", hint: "it has us-central1, us-east1" });
});

/** Everything a person or a log could see of it, causes included. */
function everything(value: unknown): string {
  return inspect(value, { depth: 20, showHidden: true }) + JSON.stringify(value);
}

test.each<[string, Handler]>([
  [
    "a refusal that repeats it",
    (request, response) =>
      refuse(response, 403, `bad key ${request.headers["x-goog-api-key"] as string}`),
  ],
  ["a server's fault", (_, response) => void response.writeHead(500).end(key)],
  ["a dropped connection", (_, response) => void response.destroy()],
  ["a malformed body", (_, response) => sendJson(response, `{"${key}`)],
  [
    "a redirect",
    (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
  ],
])("the key is in no error, address or report: %s", async (_, handler) => {
  let asked = 0;
  await using server = await startServer((request, response) => {
    asked += 1;
    if (asked === 1) return threePages(request, response);
    return handler(request, response);
  });
  const outcome = await runUpdate(source().prices, { endpoint: server.url });
  expect(outcome.error).toBeDefined();
  expect(outcome.progress).toHaveLength(1);
  expect(everything(outcome)).not.toContain(key);
  expect(server.paths.join()).not.toContain(key);
});

test.each(["", "  ", `${key}\r\nx-other: 1`, "schlüssel"])(
  "a key that no header can hold is refused and not repeated: %j",
  async (bad) => {
    await using server = await startServer(threePages);
    const { prices } = source({ apiKey: async () => bad });
    const { error } = await runUpdate(prices, { endpoint: server.url });
    expect(error).toMatchObject({ code: "bad-input" });
    expect(bad.trim() === "" || !everything(error).includes(bad.slice(0, 9))).toBe(true);
    expect(server.paths).toEqual([]);
  },
);

test("the key is not sent to where a redirect leads", async () => {
  const sent: unknown[] = [];
  await using elsewhere = await startServer((request, response) => {
    sent.push(request.headers);
    sendJson(response, { skus: [] });
  });
  await using server = await startServer((_, response) => {
    response.writeHead(302, { location: elsewhere.url }).end();
  });
  const { error } = await runUpdate(source().prices, { endpoint: server.url });
  expect(error).toMatchObject({ code: "failed" });
  expect(sent).toEqual([]);
});

test("the key is not sent where others can read it", async () => {
  const { prices } = source();
  const { error } = await runUpdate(prices, { endpoint: "http://prices.example" });
  expect(error).toMatchObject({ code: "refused" });
});
