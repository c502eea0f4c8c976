import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { AloftError } from "../../base/errors.ts";
import { Offer } from "../../model/offer.ts";
import { createAwsPrices, type AwsPricesOptions } from "./aws.ts";
import { head, priceLine, priceList } from "./testing-aws-list.ts";
import { startAws, version } from "./testing-aws-server.ts";
import { runUpdate, sendFile, someFacts, virtualTime } from "./testing-price-server.ts";

function source(url: string, options: AwsPricesOptions = {}) {
  const time = virtualTime();
  const spotAddress = `${url}/spot.json`;
  return { time, prices: createAwsPrices({ connection: time, spotAddress, ...options }) };
}

const graviton = {
  "Instance Type": "c7g.xlarge",
  vCPU: "4",
  Memory: "8 GiB",
  "Physical Processor": "AWS Graviton3 Processor",
  "Clock Speed": "2.5 GHz",
  "Network Performance": "Up to 12500 Megabit",
  PricePerUnit: "0.1450000000",
};
const p5 = {
  "Instance Type": "p5.48xlarge",
  "Instance Family": "GPU instance",
  vCPU: "192",
  Memory: "2,048 GiB",
  "Physical Processor": "AMD EPYC 7R13 Processor",
  Storage: "8 x 3840 NVMe SSD",
  "Network Performance": "3200 Gigabit",
  GPU: "8",
  PricePerUnit: "55.0400000000",
};
/** Each has the shape of a wanted row and is none. */
const unwanted = [
  { TermType: "Reserved", PricePerUnit: "0.01" },
  { "Operating System": "Windows" },
  { Tenancy: "Dedicated" },
  { CapacityStatus: "UnusedCapacityReservation" },
  { "Pre Installed S/W": "SQL Std" },
  { MarketOption: "CapacityBlock" },
  { operation: "RunInstances:CB" },
  { "Product Family": "Dedicated Host" },
  { Unit: "Quantity", PricePerUnit: "2750" },
  { "Region Code": "us-east-1-bos-1" },
].map((different) => priceLine({ PricePerUnit: "9", ...different }));

const lines = [
  ...unwanted,
  priceLine(),
  priceLine(graviton),
  priceLine({ ...p5, MarketOption: "CapacityBlock", PricePerUnit: "0.0000000000" }),
  priceLine(p5),
  ...unwanted,
];
const whole = { body: priceList(lines), etag: '"v1"' };

test("a region's list becomes offers, with spot prices from the other table", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const { prices } = source(server.url);
  const { offers, error, incomplete } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(incomplete).toEqual([]);
  expect(offers.map((offer) => Offer.parse(offer))).toEqual(offers);
  expect(
    offers.map(({ shape, pricePerHour, spotPerHour }) => [shape, pricePerHour, spotPerHour]),
  ).toEqual([
    ["c6i.large", 0.085, 0.0391],
    ["c7g.xlarge", 0.145, null],
    ["p5.48xlarge", 55.04, null],
  ]);
  expect(offers[0]).toMatchObject({
    id: "aws/us-east-1/c6i.large",
    architecture: "x64",
    cpus: 2,
    cpuKind: null,
    clockHz: 3.5e9,
    memoryBytes: 4 * 1024 ** 3,
    accelerators: null,
    diskBytes: 0,
    networkBitsPerSecond: 12.5e9,
    currency: "USD",
    billing: { granularitySeconds: 1, minimumSeconds: 60 },
    source: "AWS price list AmazonEC2 20260912225308; spot: aws.amazon.com/ec2/spot/pricing",
    date: "2026-09-12",
  });
  expect(offers[1]).toMatchObject({ architecture: "arm64", cpuKind: "core" });
  expect(offers[2]).toMatchObject({
    memoryBytes: 2048 * 1024 ** 3,
    accelerators: { name: "GPU", count: 8, memoryBytes: null },
    diskBytes: 8 * 3840e9,
    networkBitsPerSecond: 3.2e12,
  });
});

test("what is already known of a shape fills what the list does not tell", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const accelerators = { name: "H100", count: 1, memoryBytes: 80e9 };
  const facts = new Map([
    ["c6i.large", { ...someFacts, cpus: 99, networkBitsPerSecond: 781e6, rdma: false }],
    ["p5.48xlarge", { ...someFacts, accelerators, rdma: true }],
  ]);
  const { prices } = source(server.url, { facts });
  const { offers } = await runUpdate(prices, { endpoint: server.url });
  expect(offers[0]).toMatchObject({ cpus: 2, cpuKind: "thread", networkBitsPerSecond: 781e6 });
  expect(offers[0]?.rates).toEqual(someFacts.rates);
  expect(offers[2]).toMatchObject({ rdma: true, networkBitsPerSecond: 3.2e12 });
  expect(offers[2]?.accelerators).toEqual({ name: "H100", count: 8, memoryBytes: 80e9 });
});

test("a shape without a price, or with accelerators that nothing names, is told and left out", async () => {
  const list = priceList([
    priceLine(),
    priceLine({ "Instance Type": "c9x.large", PricePerUnit: "" }),
    priceLine({
      "Instance Type": "trn1.2xlarge",
      "Instance Family": "Machine Learning ASIC Instances",
    }),
    priceLine({ "Instance Type": "t1.micro", "Physical Processor": "Variable" }),
    priceLine({ "Instance Type": "c8x.large", Memory: "NA" }),
  ]);
  await using server = await startAws((request, response) =>
    sendFile(request, response, { body: list, etag: '"v1"' }),
  );
  const { offers, incomplete } = await runUpdate(source(server.url).prices, {
    endpoint: server.url,
  });
  expect(offers.map(({ shape }) => shape)).toEqual(["c6i.large"]);
  expect(incomplete).toEqual([
    "us-east-1/c9x.large: it has no price",
    "us-east-1/trn1.2xlarge: the price list does not tell its accelerators",
    "us-east-1/t1.micro: the price list does not tell its architecture",
    "us-east-1/c8x.large: the price list does not tell its memory",
  ]);
});

test("of two prices of one shape the higher is taken", async () => {
  const list = ["0.1", "0.3", "0.2"].map((PricePerUnit) => priceLine({ PricePerUnit }));
  await using server = await startAws((request, response) =>
    sendFile(request, response, { body: priceList(list), etag: '"v1"' }),
  );
  const { offers } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(offers.map(({ pricePerHour }) => pricePerHour)).toEqual([0.3]);
});

test("a connection that drops again and again is continued where it broke", async () => {
  const ranges: (string | undefined)[] = [];
  await using server = await startAws((request, response, attempt) => {
    ranges.push(request.headers.range);
    sendFile(request, response, { ...whole, dropAfter: attempt < 3 ? 1500 : undefined });
  });
  const { prices, time } = source(server.url);
  const { offers, error, waits } = await runUpdate(prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(offers).toHaveLength(3);
  expect(ranges).toEqual([undefined, "bytes=1500-", "bytes=3000-", "bytes=4500-"]);
  expect(waits).toHaveLength(3);
  // Something arrived each time, so patience is new each time.
  expect(time.pauses).toEqual([0.75, 0.75, 0.75]);
});

test("an update that gave up goes on from its last report, in another process", async () => {
  let isBroken = true;
  let asked: string | undefined;
  await using server = await startAws((request, response, attempt) => {
    asked = request.headers.range;
    if (isBroken && attempt > 0) response.writeHead(503).end();
    else sendFile(request, response, { ...whole, dropAfter: isBroken ? 4000 : undefined });
  });
  const first = await runUpdate(source(server.url, { reportBytes: 1000 }).prices, {
    endpoint: server.url,
  });
  expect(first.error).toMatchObject({ code: "unavailable", retry: "later" });
  expect(first.offers).toEqual([]);
  expect(first.progress.length).toBeGreaterThan(2);

  isBroken = false;
  const kept = first.progress.at(-1)?.resume ?? {};
  const resume = JSON.parse(JSON.stringify(kept)) as Record<string, unknown>;
  const second = await runUpdate(source(server.url).prices, { endpoint: server.url, resume });
  expect(second.error).toBeUndefined();
  expect(asked).toMatch(/^bytes=[123]\d{3}-$/);

  const { offers } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(second.offers).toEqual(offers);
});

test("every report of progress leads to the same offers", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const all = await runUpdate(source(server.url, { reportBytes: 1 }).prices, {
    endpoint: server.url,
  });
  expect(all.progress.length).toBe(lines.length + 1);
  for (const { resume, offers } of all.progress) {
    const rest = await runUpdate(source(server.url).prices, { endpoint: server.url, resume });
    expect(rest.error).toBeUndefined();
    expect(rest.offers).toEqual(all.offers.slice(offers));
  }
});

test("a list that became another one is read anew", async () => {
  const other = { body: priceList([priceLine({ PricePerUnit: "0.5" })]), etag: '"v2"' };
  await using server = await startAws((request, response, attempt) =>
    attempt === 0
      ? sendFile(request, response, { ...whole, dropAfter: 5000 })
      : sendFile(request, response, other),
  );
  const { offers, error } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(offers.map(({ shape, pricePerHour }) => [shape, pricePerHour])).toEqual([
    ["c6i.large", 0.5],
  ]);
});

test("a server that knows no ranges is read past what was there", async () => {
  await using server = await startAws((_request, response, attempt) => {
    response.setHeader("etag", whole.etag);
    response.setHeader("content-length", whole.body.length);
    if (attempt > 0) response.end(whole.body);
    else response.write(whole.body.subarray(0, 5000), () => response.destroy());
  });
  const { offers, error } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(error).toBeUndefined();
  expect(offers).toHaveLength(3);
});

test("regions are read one after the other, and a resumed update repeats none that is done", async () => {
  const regions = ["us-east-1", "eu-west-1"];
  let isBroken = true;
  await using server = await startAws((request, response) => {
    const region = regions.find((one) => request.url?.includes(`/${one}/`)) ?? "";
    const body = priceList([priceLine({ "Region Code": region })]);
    if (region === "eu-west-1" && isBroken) response.writeHead(403).end();
    else sendFile(request, response, { body, etag: `"${region}"` });
  }, regions);
  const first = await runUpdate(source(server.url).prices, { endpoint: server.url, regions });
  expect(first.offers.map(({ region }) => region)).toEqual(["us-east-1"]);
  expect(first.error).toMatchObject({ code: "failed" });
  isBroken = false;
  const second = await runUpdate(source(server.url).prices, {
    endpoint: server.url,
    regions,
    resume: first.progress.at(-1)?.resume,
  });
  expect(second.error).toBeUndefined();
  expect(second.offers.map(({ region }) => region)).toEqual(["eu-west-1"]);
});

test.each([
  ["an empty file", Buffer.from(""), /no row of column names/],
  ["a page of HTML", Buffer.from("<html>\n".repeat(30)), /no row of column names/],
  ["a row cut off", priceList([priceLine(), "x,y"]), /line 8: 2 fields where 36 are expected/],
  [
    "a quote that is not closed",
    Buffer.concat([priceList([priceLine()]), Buffer.from('"a')]),
    /line 8/,
  ],
  [
    "a price that is none",
    priceList([priceLine({ PricePerUnit: "free" })]),
    /line 7: "free" is no price/,
  ],
  ["no prices", priceList([]), /no price of a Linux machine/],
  [
    "other columns",
    Buffer.from('"Publication Date","2026-09-12T22:53:08Z"\n"SKU","TermType"\n'),
    /it has no column "Unit"/,
  ],
  ["no date", Buffer.from(`${head.at(-1)}\n`), /its date of publication is missing/],
])("%s is an error that names the address, and gives no offer", async (_, body, expected) => {
  await using server = await startAws((request, response) =>
    sendFile(request, response, { body, etag: '"v1"' }),
  );
  const { offers, error } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(offers).toEqual([]);
  expect(error).toBeInstanceOf(AloftError);
  expect(error).toMatchObject({ code: "failed" });
  expect(String(error)).toMatch(expected);
  expect(String(error)).toContain(`${server.url}${version}/us-east-1/index.csv`);
});

test("an answer whose length nobody tells is not taken for the whole", async () => {
  await using server = await startAws((_request, response) => {
    response.removeHeader("transfer-encoding");
    response.useChunkedEncodingByDefault = false;
    response.setHeader("connection", "close");
    response.write(whole.body);
    response.end();
  });
  const { offers, error } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  expect(offers).toEqual([]);
  expect(String(error)).toMatch(/does not tell how long the file is/);
});

test("a region that does not exist is told with those that do", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const regions = ["us-easr-1"];
  const { error } = await runUpdate(source(server.url).prices, { endpoint: server.url, regions });
  expect(error).toMatchObject({ code: "not-found", hint: "it has us-east-1" });
});

test("spot prices that cannot be read stop the update, unless none are wanted", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const broken = source(server.url, { spotAddress: `${server.url}/offers/spot.json` });
  const { error } = await runUpdate(broken.prices, { endpoint: server.url });
  expect(error).toMatchObject({ code: "failed", hint: expect.stringContaining("without spot") });
  const without = source(server.url, { spotAddress: null });
  const { offers } = await runUpdate(without.prices, { endpoint: server.url });
  expect(offers.map(({ spotPerHour }) => spotPerHour)).toEqual([null, null, null]);
});

test("what another update told is not resumed", async () => {
  await using server = await startAws((request, response) => sendFile(request, response, whole));
  const { progress } = await runUpdate(source(server.url).prices, { endpoint: server.url });
  const resume = progress.at(-1)?.resume;
  for (const request of [
    { resume, regions: ["us-east-1"] },
    { resume: { source: "azure" }, regions: [] },
  ]) {
    const { error } = await runUpdate(source(server.url).prices, {
      endpoint: server.url,
      ...request,
    });
    expect(error).toMatchObject({ code: "bad-input" });
  }
});

test("a cancelled update ends as cancelled, in the middle of a file too", async () => {
  const stop = new AbortController();
  await using server = await startAws((_request, response) => {
    response.setHeader("content-length", whole.body.length);
    response.write(whole.body.subarray(0, 5000), () => stop.abort());
  });
  const { prices } = source(server.url);
  const { offers, error } = await runUpdate(prices, { endpoint: server.url, signal: stop.signal });
  expect(offers).toEqual([]);
  expect(error).toMatchObject({ code: "cancelled" });
});

test("a long list is read in flat memory", async () => {
  const block = Buffer.from(`${unwanted.join("\n")}\n`.repeat(100));
  const blocks = Math.ceil((16 * 1024 ** 2) / block.length);
  await using server = await startAws((_request, response) => {
    const whole = [priceList([priceLine()]), ...Array.from({ length: blocks }, () => block)];
    let next = 0;
    const send = (): void => {
      while (next < whole.length) if (!response.write(whole[next++])) break;
      if (next < whole.length) response.once("drain", send);
      else response.end();
    };
    send();
  });
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used: number[] = [];
  const { offers, error, progress } = await runUpdate(
    source(server.url, { reportBytes: 1024 ** 2 }).prices,
    {
      endpoint: server.url,
      onProgress() {
        collect();
        const { heapUsed, external } = process.memoryUsage();
        used.push(heapUsed + external);
      },
    },
  );
  expect(error).toBeUndefined();
  expect(offers).toHaveLength(1);
  expect(progress.at(-1)?.bytes).toBeGreaterThan(16 * 1024 ** 2);
  expect(used.length).toBeGreaterThan(14);
  const [first = 0] = used;
  expect(Math.max(...used) - first).toBeLessThan(4 * 1024 ** 2);
});
