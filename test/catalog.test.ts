import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Finding, ImportedOffers, OfferSource } from "../src/model/catalog.ts";
import type { Offer } from "../src/model/offer.ts";
import { type Installation, install } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "aloft-offers-"));
let aloft: Installation;
beforeAll(() => {
  aloft = install();
});
afterAll(async () => {
  await aloft[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const header =
  "platform,region,shape,architecture,cpus,memory_gib,price_per_hour,currency,billing_granularity_s,billing_minimum_s,source,date";

function file(name: string, ...rows: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${[header, ...rows].join("\n")}\n`);
  return path;
}

test("a fresh installation has the starter catalogue", async () => {
  const { code, stdout } = await aloft.run([
    "catalog",
    "ls",
    "--platform",
    "azure",
    "--limit",
    "3",
  ]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^OFFER +CPUS +MEMORY .*PRICE\/H/);
  expect(lines).toHaveLength(4);
  const shown = await aloft.run(["catalog", "show", "azure/eastus/Standard_HB120rs_v3"]);
  expect(shown.stdout).toMatch(/^network +200 Gbit\/s RDMA$/m);
  expect(shown.stdout).toMatch(/^price per hour +3\.6 USD$/m);
  const missing = await aloft.run(["catalog", "show", "azure/eastus/none"]);
  expect(missing).toMatchObject({ code: 3, stdout: "" });
});

test("offers are imported, found, checked and removed; a server that starts anew knows them", async () => {
  const path = file(
    "Our Cluster.csv",
    "slurm,ours,compute,x64,64,256,0,EUR,1,0,tariff,2026-01-01",
    "slurm,ours,big,x64,64,2048,,EUR,1,0,tariff,2026-01-01",
  );
  const imported = await aloft.json<ImportedOffers>(["catalog", "import", path]);
  expect(imported).toMatchObject({ source: { name: "our-cluster", offers: 2 }, skipped: [] });
  await aloft.run(["down"]);
  const big = ["catalog", "ls", "--region", "ours", "--min-memory", "1TiB"];
  expect(await aloft.json<Offer[]>(big)).toEqual([
    expect.objectContaining({ id: "slurm/ours/big", pricePerHour: null }),
  ]);
  const findings = await aloft.json<Finding[]>(["catalog", "check"]);
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "zero-price", offer: "slurm/ours/compute" }),
  );
  const { stdout } = await aloft.run(["catalog", "check"]);
  expect(stdout).toMatch(/^zero-price: 1 offer\n {2}slurm\/ours\/compute: the price is 0/m);
  expect((await aloft.run(["catalog", "rm", "our-cluster"])).stdout).toBe(
    "removed our-cluster (2 offers)\n",
  );
  expect(await aloft.json<Offer[]>(big)).toEqual([]);
});

test("a wrong file is told with its places and changes nothing", async () => {
  const path = file("wrong.csv", "slurm,ours,x,x64,none,4,1,EUR,1,0,tariff,2026-01-01");
  const { code, stderr } = await aloft.run(["catalog", "import", path]);
  expect(code).toBe(2);
  expect(stderr).toBe(`error: ${path}:2:18: cpus is "none"; expected a number above 0\n`);
  const sources = await aloft.json<OfferSource[]>(["catalog", "sources"]);
  expect(sources.map(({ name }) => name)).toEqual(["starter"]);
});

test("a file that was broken by hand is told, and the others are listed", async () => {
  await aloft.json([
    "catalog",
    "import",
    file("good.csv", "slurm,ours,x,x64,2,4,1,EUR,1,0,t,2026-01-01"),
  ]);
  writeFileSync(join(aloft.home, "catalog", "good.csv"), "platform,region\n");
  const { code, stdout, stderr } = await aloft.run(["catalog", "ls", "--limit", "2"]);
  expect(code).toBe(0);
  expect(stdout.split("\n")).toHaveLength(4);
  expect(stderr).toMatch(/^warning: the source good is left out: /);
  const sources = await aloft.json<OfferSource[]>(["catalog", "sources"]);
  expect(sources.find(({ name }) => name === "good")?.problem).toMatch(
    /good\.csv:1:1: the header is of no known kind/,
  );
  expect((await aloft.run(["catalog", "rm", "good"])).code).toBe(0);
});

test.each([
  [["catalog", "ls", "--max-price", "cheap"], /--max-price: "cheap" is not a number/],
  [["catalog", "ls", "--min-memory", "much"], /"much" is not a size/],
  [["catalog", "ls", "--sort", "colour"], /colour/],
  [["catalog", "import", "nothing.csv"], /nothing\.csv cannot be read: there is no such file/],
  [["catalog", "import", "x.csv", "--billing", "1s"], /is not a granularity and a minimum/],
  [["catalog", "import", "x.csv", "--name", "starter"], /is the starter catalogue's/],
])("%j is bad input", async (args, message) => {
  const { code, stderr } = await aloft.run(args);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
