import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { priceLine, priceList } from "../src/catalog/update/testing-aws-list.ts";
import { startAws } from "../src/catalog/update/testing-aws-server.ts";
import { item, pagesOf, serving, skipOf } from "../src/catalog/update/testing-azure-server.ts";
import { sendFile, sendJson, startServer } from "../src/catalog/update/testing-price-server.ts";
import type { OfferSource } from "../src/model/catalog.ts";
import type { UpdatedOffers } from "../src/model/catalog-update.ts";
import type { Offer } from "../src/model/offer.ts";
import { type Finished, type Installation, install, until } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-update-"));
let aloft: Installation;
beforeAll(() => {
  aloft = install();
});
afterAll(async () => {
  await aloft[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  for (const name of ["aws", "azure", "gcp"]) await aloft.run(["catalog", "rm", name]);
});

const both = ["us-east-1", "eu-west-1"];

function listOf(region: string, price: string): { body: Buffer; etag: string } {
  const unknown = {
    "Instance Type": "trn9.2xlarge",
    "Instance Family": "Machine Learning ASIC Instances",
  };
  const lines = [{ PricePerUnit: price }, unknown].map((different) =>
    priceLine({ "Region Code": region, ...different }),
  );
  return { body: priceList(lines), etag: `"${price}"` };
}

function regionOf(path: string | undefined): string {
  return both.find((region) => path?.includes(region)) ?? "";
}

/** Two regions whose only shape has that price. */
function startTwoRegions(price: string) {
  return startAws(
    (request, response) => sendFile(request, response, listOf(regionOf(request.url), price)),
    both,
  );
}

function update(provider: string, url: string, ...more: string[]): string[] {
  const spot = provider === "aws" ? ["--without-spot"] : [];
  return ["catalog", "update", provider, "--endpoint", url, ...spot, ...more];
}

async function prices(): Promise<Record<string, number | null>> {
  const offers = await aloft.json<Offer[]>([
    "catalog",
    "ls",
    "--platform",
    "aws",
    "--limit",
    "999",
  ]);
  const found = offers.filter(({ shape }) => shape === "c6i.large");
  return Object.fromEntries(found.map(({ region, pricePerHour }) => [region, pricePerHour]));
}

async function sources(): Promise<string[]> {
  const found = await aloft.json<OfferSource[]>(["catalog", "sources"]);
  return found.map(({ name, offers }) => `${name} ${offers}`).slice(1);
}

const catalogFile = (name: string): string => join(aloft.home, "catalog", name);
const leftovers = (): string[] =>
  readdirSync(join(aloft.home, "catalog")).filter((name) => name.startsWith("."));

test("AWS's prices become a source, shapes left out are counted, and other regions stay", async () => {
  await using server = await startTwoRegions("0.1");
  const { code, stdout, stderr } = await aloft.run(update("aws", server.url));
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      "aws: 2 offers in 2 regions, of 2026-09-12\n" +
      "left out: 1 shape in 2 regions (trn9.2xlarge): the price list does not tell its accelerators\n",
  });
  expect(stderr).toMatch(/^prices of us-east-1\nprices of eu-west-1\n$/);
  expect(await sources()).toEqual(["aws 2"]);
  await using later = await startTwoRegions("0.2");
  const only = update("aws", later.url, "--region", "eu-west-1");
  const updated = await aloft.json<UpdatedOffers>(only);
  expect(updated).toMatchObject({ offers: 1, kept: 1, regions: ["eu-west-1"] });
  expect(updated.leftOut).toMatchObject([{ shapes: ["trn9.2xlarge"], regions: ["eu-west-1"] }]);
  expect(await prices()).toEqual({ "us-east-1": 0.1, "eu-west-1": 0.2 });
  expect(leftovers()).toEqual([]);
});

/** The second region's list does not end before `go`. */
async function startStalling(price: string) {
  let isStalling = true;
  const server = await startAws((request, response) => {
    const region = regionOf(request.url);
    if (region === both[0] || !isStalling)
      return sendFile(request, response, listOf(region, price));
    const { body } = listOf(region, price);
    response.setHeader("content-length", body.length);
    response.write(body.subarray(0, 500));
  }, both);
  const asked = (region: string): number =>
    server.paths.filter((path) => path.includes(`${region}/index.csv`)).length;
  const stalls = (): Promise<void> =>
    until(
      () => asked("eu-west-1") > 0 && existsSync(catalogFile(".update-aws.json")),
      "the second region is being read",
    );
  const go = (): void => {
    isStalling = false;
  };
  return { server, asked, stalls, go };
}

test("a server that is killed in the middle loses nothing that was read", async () => {
  const { server, asked, stalls, go } = await startStalling("0.3");
  await using _ = server;
  const running = aloft.run(update("aws", server.url));
  await stalls();
  expect(await sources()).toEqual([]);
  go();
  await aloft.killServer();
  const { code, stdout, stderr } = await running;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^aws: 2 offers in 2 regions/),
  });
  expect(stderr).toContain("the server went away; the update goes on with a new one");
  expect(asked("us-east-1")).toBe(1);
  expect(await prices()).toEqual({ "us-east-1": 0.3, "eu-west-1": 0.3 });
  expect(leftovers()).toEqual([]);
});

test("an interrupted update changes nothing, and goes on when it is asked for again", async () => {
  await using old = await startTwoRegions("0.1");
  await aloft.json(update("aws", old.url));
  const { server, asked, stalls, go } = await startStalling("0.4");
  await using _ = server;
  const running = aloft.start(update("aws", server.url));
  const ended = once(running, "exit");
  await stalls();
  const second = await aloft.run(update("aws", server.url));
  expect(second).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/prices of aws are being read already/),
  });
  running.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(await prices()).toEqual({ "us-east-1": 0.1, "eu-west-1": 0.1 });
  go();
  let other: Finished | undefined;
  await until(async () => {
    other = await aloft.run(update("aws", server.url, "--region", "us-east-1"));
    return !other.stderr.includes("being read already");
  }, "the interrupted update has ended");
  expect(other).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/asked for something else[^]*--fresh/),
  });
  const again = await aloft.run(update("aws", server.url));
  expect(again).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/goes on where the update was interrupted/),
  });
  expect(again.stdout).toMatch(/^aws: 2 offers in 2 regions.*\nleft out: 1 shape in 2 regions/);
  expect(asked("us-east-1")).toBe(1);
  expect(await prices()).toEqual({ "us-east-1": 0.4, "eu-west-1": 0.4 });
  const fresh = await aloft.run(update("aws", server.url, "--fresh"));
  expect(fresh.code).toBe(0);
  expect(asked("us-east-1")).toBe(2);
});

test("an answer that is no price list leaves the source as it was", async () => {
  await using sound = await startTwoRegions("0.1");
  await aloft.json(update("aws", sound.url));
  const before = readFileSync(catalogFile("aws.csv"));
  await using broken = await startAws((_, response) => {
    response.end("<html>down for maintenance</html>");
  }, both);
  const { code, stderr } = await aloft.run(update("aws", broken.url));
  expect(code).toBe(1);
  expect(stderr).toMatch(/is no price list/);
  expect(readFileSync(catalogFile("aws.csv"))).toEqual(before);
  expect(leftovers()).toEqual([]);
});

const azurePages = pagesOf(
  [item({ armSkuName: "Standard_D16s_v5", skuName: "D16s v5", retailPrice: 0.8 })],
  [item({ armSkuName: "Standard_X1" })],
);

test("Azure's prices are put on shapes that the catalogue has", async () => {
  await using server = await startServer(serving(azurePages));
  const { code, stdout } = await aloft.run(update("azure", server.url, "--region", "eastus"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^azure: 1 offer in 1 region, of /);
  expect(stdout).toMatch(/^left out: 1 shape in 1 region \(Standard_X1\): nothing is known/m);
  const shown = await aloft.run(["catalog", "show", "azure/eastus/Standard_D16s_v5"]);
  expect(shown.stdout).toMatch(/^price per hour +0\.8 USD$/m);
  expect(await sources()).toEqual(["azure 1"]);
});

test("a damaged leftover is told and discarded", async () => {
  writeFileSync(catalogFile(".update-azure.json"), '{"asked":');
  await using server = await startServer(serving(azurePages));
  const { code, stderr } = await aloft.run(update("azure", server.url));
  expect(code).toBe(0);
  expect(stderr).toMatch(/^note: .*\.update-azure\.json.* damaged; the update begins anew$/m);
  expect(server.paths.map(skipOf)).toEqual([0, 1]);
  expect(leftovers()).toEqual([]);
});

test("Google's key is sent, and appears nowhere else", async () => {
  const key = "AIzaSyD-secret_0123456789";
  const file = join(folder, "key");
  writeFileSync(file, `${key}\n`, { mode: 0o644 });
  const sent: unknown[] = [];
  await using server = await startServer((request, response) => {
    sent.push(request.headers["x-goog-api-key"]);
    response.statusCode = 403;
    sendJson(response, { error: { message: `API key ${key} is not valid` } });
  });
  const { code, stdout, stderr } = await aloft.run(
    update("gcp", server.url, "--api-key-file", file, "--debug"),
  );
  expect(code).toBe(1);
  expect(sent).toEqual([key]);
  expect(stderr).toMatch(/others can read the API key in .*chmod 600/);
  const log = readFileSync(join(aloft.home, "server.log"), "utf8");
  expect(`${stdout}${stderr}${log}${server.paths.join()}`).not.toContain(key);
  expect(leftovers()).toEqual([]);
});

test.each([
  [["oracle"], /no public prices/],
  [["gcp"], /--api-key-file/],
  [["gcp", "--api-key-file", "/nowhere/key"], /there is no such file/],
  [["gcp", "--api-key-file", "/dev/zero"], /it is no file/],
  [["azure", "--api-key-file", "/nowhere/key"], /no use for an API key/],
  [["azure", "--without-spot"], /no use for/],
  [["azure", "--endpoint", "ftp://x"], /is not an endpoint/],
])("%j is bad input and asks nobody", async (args, message) => {
  const { code, stderr } = await aloft.run(["catalog", "update", ...args]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
