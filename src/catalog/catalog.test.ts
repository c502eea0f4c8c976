import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCatalog } from "./catalog.ts";
import { anOffer } from "./testing-offer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aloft-catalog-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = { now: () => Date.parse("2026-11-25T00:00:00Z") / 1000, elapsed: () => 0 };
const header =
  "platform,region,shape,architecture,cpus,memory_gib,price_per_hour,currency,source,date";
const row = (shape: string, price: number, date = "2026-11-01"): string =>
  `aws,us-east-1,${shape},x64,2,4,${price},USD,our list,${date}\n`;
const text = (...rows: readonly string[]): string => `${header}\n${rows.join("")}`;

function create() {
  const starter = { offers: join(folder, "starter.csv"), dataPrices: join(folder, "none.json") };
  writeFileSync(starter.offers, text(row("a", 1, "2026-01-01"), row("b", 2, "2026-01-01")));
  return createCatalog({ folder: join(folder, "catalog"), starter, clock });
}

test("without imports the offers are the starter's", async () => {
  const catalog = create();
  expect((await catalog.offers()).map(({ shape }) => shape)).toEqual(["a", "b"]);
  expect(await catalog.sources()).toEqual([
    expect.objectContaining({ name: "starter", offers: 2, oldest: "2026-01-01", problem: null }),
  ]);
});

test("an import adds and renews offers, is replaced by the next of its name, and can be removed", async () => {
  const catalog = create();
  const first = { name: "ours", from: { text: text(row("a", 9), row("c", 3)) } };
  expect(await catalog.import(first)).toMatchObject({ source: { name: "ours", offers: 2 } });
  const prices = async (): Promise<unknown> =>
    Object.fromEntries((await catalog.offers()).map((one) => [one.shape, one.pricePerHour]));
  expect(await prices()).toEqual({ a: 9, b: 2, c: 3 });
  expect(await catalog.offer("aws/us-east-1/c")).toMatchObject({ pricePerHour: 3 });

  writeFileSync(join(folder, "new.csv"), text(row("d", 4)));
  await catalog.import({ name: "ours", from: { file: join(folder, "new.csv") } });
  expect(await prices()).toEqual({ a: 1, b: 2, d: 4 });
  expect(await catalog.remove("ours")).toMatchObject({ offers: 1 });
  expect(await prices()).toEqual({ a: 1, b: 2 });
  expect(readdirSync(join(folder, "catalog"))).toEqual([]);
});

test("an import with anything wrong in it changes nothing and leaves nothing behind", async () => {
  const catalog = create();
  await catalog.import({ name: "ours", from: { text: text(row("c", 3)) } });
  const before = readFileSync(join(folder, "catalog/ours.csv"), "utf8");
  const wrong = { name: "ours", from: { text: text(row("x", 1), row("y", -1)) } };
  await expect(catalog.import(wrong)).rejects.toThrow(/^ours:3:\d+: price_per_hour is "-1"/);
  await expect(
    catalog.import({ name: "ours", from: { file: join(folder, "nothing.csv") } }),
  ).rejects.toMatchObject({ code: "bad-input", message: expect.stringContaining("no such file") });
  await expect(catalog.import({ name: "ours", from: { file: folder } })).rejects.toThrow(
    /it is a folder/,
  );
  expect(readdirSync(join(folder, "catalog"))).toEqual(["ours.csv"]);
  expect(readFileSync(join(folder, "catalog/ours.csv"), "utf8")).toBe(before);
});

test.each(["starter", "../x", "", "Name With Spaces", ".hidden"])(
  "%j is refused as a name",
  async (name) => {
    const catalog = create();
    await expect(catalog.import({ name, from: { text: text(row("c", 3)) } })).rejects.toMatchObject(
      { code: "bad-input" },
    );
    expect(existsSync(join(folder, "catalog"))).toBe(false);
  },
);

test("the same list is given until a file changes, whoever changes it", async () => {
  const catalog = create();
  await catalog.import({ name: "ours", from: { text: text(row("c", 3)) } });
  const first = await catalog.offers();
  expect(await catalog.offers()).toBe(first);
  writeFileSync(join(folder, "catalog/theirs.csv"), text(row("e", 5)));
  const second = await catalog.offers();
  expect(second.map(({ shape }) => shape)).toEqual(["a", "b", "c", "e"]);
  writeFileSync(join(folder, "catalog/theirs.csv"), text(row("longer", 5)));
  expect((await catalog.offers()).map(({ shape }) => shape)).toEqual(["a", "b", "c", "longer"]);
});

test("a broken file is told with its name and hides no other", async () => {
  const catalog = create();
  await catalog.import({ name: "ours", from: { text: text(row("c", 3)) } });
  const path = join(folder, "catalog/broken.csv");
  writeFileSync(path, text(row("x", 1).replace(",4,", ",much,")));
  expect((await catalog.offers()).map(({ shape }) => shape)).toEqual(["a", "b", "c"]);
  expect(await catalog.sources()).toContainEqual({
    name: "broken",
    file: path,
    offers: 0,
    oldest: null,
    newest: null,
    problem: `${path}:2:23: memory_gib is "much"; expected a number above 0`,
  });
  await catalog.remove("broken");
  expect((await catalog.sources()).every(({ problem }) => problem === null)).toBe(true);
});

test("offers that are at hand can be stored as a source", async () => {
  const catalog = create();
  expect(await catalog.store("update-aws", [anOffer()])).toMatchObject({ offers: 1 });
  expect(await catalog.offer(anOffer().id)).toEqual(anOffer());
});

test("what is not there is told", async () => {
  const catalog = create();
  await expect(catalog.offer("aws/nowhere/x")).rejects.toMatchObject({ code: "not-found" });
  await expect(catalog.remove("nothing")).rejects.toMatchObject({ code: "not-found" });
  await expect(catalog.remove("starter")).rejects.toMatchObject({ code: "refused" });
});

test("the check looks at every source as of today", async () => {
  const catalog = create();
  await catalog.import({ name: "ours", from: { text: text(row("c", 0)) } });
  expect((await catalog.check()).map(({ code, source }) => [code, source])).toEqual([
    ["stale", "starter"],
    ["stale", "starter"],
    ["zero-price", "ours"],
  ]);
});
