import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { Clock } from "../base/clock.ts";
import { AloftError, asAloftError } from "../base/errors.ts";
import type { Finding, ImportedOffers, OfferSource } from "../model/catalog.ts";
import type { Offer } from "../model/offer.ts";
import { DataPrices } from "../model/prices.ts";
import {
  type CatalogFile,
  listCatalogFiles,
  readChunks,
  removeCatalogFile,
  requireSourceName,
  writeCatalogFile,
} from "./catalog-files.ts";
import { checkOffers } from "./check.ts";
import type { FileFacts } from "./csv-format.ts";
import { mergeOffers, type SourceOffers } from "./merge.ts";
import { writeOffers } from "./offers-csv.ts";
import { readOffers } from "./read-offers.ts";
import { starterFiles } from "./starter/starter.ts";

export interface CatalogOptions {
  /** Where imported sources are kept, `<name>.csv` each. */
  readonly folder: string;
  /** What every catalogue begins with; the one that comes with Aloft where absent. */
  readonly starter?: { readonly offers: string; readonly dataPrices: string };
  readonly clock: Clock;
}

/** CSV in a format that `readOffers` knows. */
export interface Import {
  readonly name: string;
  readonly from: { readonly file: string } | { readonly text: string };
  readonly facts?: FileFacts;
}

/** What machines can be had where, for how much. Files are read when they have changed, whoever changed them. */
export interface Catalog {
  /** One offer for each id; the same list until a file changes. What is in a broken file is not among them. */
  offers(): Promise<readonly Offer[]>;
  dataPrices(): Promise<readonly DataPrices[]>;
  /** Throws `not-found`. */
  offer(id: string): Promise<Offer>;
  /** Every source, the starter first, with what is wrong with it. */
  sources(): Promise<OfferSource[]>;
  check(): Promise<Finding[]>;
  /** Replaces what was imported under that name. Throws `bad-input` that names every place, and changes nothing then. */
  import(request: Import): Promise<ImportedOffers>;
  /** As `import`, of offers that are at hand already. */
  store(name: string, offers: Iterable<Offer> | AsyncIterable<Offer>): Promise<OfferSource>;
  /** What a source holds now; nothing where there is none. Throws `conflict` where its file cannot be read. */
  stored(name: string): Promise<readonly Offer[]>;
  /** Throws `not-found`. */
  remove(name: string): Promise<OfferSource>;
}

interface Loaded extends SourceOffers {
  readonly path: string;
  readonly problem: string | null;
}

interface Remembered {
  readonly stamp: string;
  readonly loaded: Promise<Loaded>;
}

export function createCatalog({ folder, starter = starterFiles, clock }: CatalogOptions): Catalog {
  const remembered = new Map<string, Remembered>();
  let merged: { sources: readonly Loaded[]; offers: Offer[] } | undefined;
  let prices: Promise<DataPrices[]> | undefined;

  function load(file: CatalogFile): Promise<Loaded> {
    const known = remembered.get(file.path);
    if (known?.stamp === file.stamp) return known.loaded;
    const loaded = loadSource(file);
    remembered.set(file.path, { stamp: file.stamp, loaded });
    return loaded;
  }

  async function loadAll(): Promise<Loaded[]> {
    // Read once: it changes with the program only.
    const own = { name: "starter", path: starter.offers, stamp: "" };
    const files = [own, ...(await listCatalogFiles(folder))];
    const present = new Set(files.map(({ path }) => path));
    for (const path of remembered.keys()) if (!present.has(path)) remembered.delete(path);
    return Promise.all(files.map(load));
  }

  async function offers(): Promise<readonly Offer[]> {
    const sources = await loadAll();
    const same =
      merged?.sources.length === sources.length &&
      merged.sources.every((source, index) => source === sources[index]);
    if (!merged || !same) merged = { sources, offers: mergeOffers(sources) };
    return merged.offers;
  }

  async function sources(): Promise<OfferSource[]> {
    return (await loadAll()).map(describe);
  }

  async function source(name: string): Promise<OfferSource> {
    const found = (await sources()).find((one) => one.name === name);
    if (found) return found;
    throw new AloftError("not-found", `there is no source ${JSON.stringify(name)}`, {
      hint: "`aloft catalog sources` lists them",
    });
  }

  async function store(
    name: string,
    found: Iterable<Offer> | AsyncIterable<Offer>,
  ): Promise<OfferSource> {
    requireSourceName(name);
    await writeCatalogFile(folder, name, writeOffers(found));
    return source(name);
  }

  return {
    offers,
    sources,
    store,
    async stored(name) {
      const found = (await loadAll()).find((one) => one.name === name);
      if (found === undefined || found.problem === null) return found?.offers ?? [];
      throw new AloftError("conflict", `the source ${name} cannot be read: ${found.problem}`, {
        hint: `mend ${found.path}, or remove it: aloft catalog rm ${name}`,
      });
    },
    dataPrices: () => (prices ??= readDataPrices(starter.dataPrices)),
    async offer(id) {
      const found = (await offers()).find((one) => one.id === id);
      if (found) return found;
      throw new AloftError("not-found", `there is no offer ${JSON.stringify(id)}`, {
        hint: "`aloft catalog ls` lists offers by platform/region/shape",
      });
    },
    async check() {
      const date = new Date(clock.now() * 1000).toISOString().slice(0, 10);
      return checkOffers(await loadAll(), date);
    },
    async import({ name, from, facts = {} }) {
      requireSourceName(name);
      const skipped: ImportedOffers["skipped"] = [];
      const chunks = "file" in from ? readChunks(from.file) : [from.text];
      const file = "file" in from ? from.file : name;
      const onSkipped = (why: string, rows: number): void => void skipped.push({ why, rows });
      const read = readOffers(chunks, { file, facts, onSkipped });
      return { source: await store(name, read), skipped };
    },
    async remove(name) {
      if (name === "starter")
        throw new AloftError("refused", "the starter catalogue comes with Aloft and stays");
      const removed = await source(name);
      await removeCatalogFile(folder, name);
      return removed;
    },
  };
}

/** A file that cannot be read is told, and hides no other. */
async function loadSource({ name, path }: CatalogFile): Promise<Loaded> {
  try {
    const offers = await Array.fromAsync(readOffers(readChunks(path), { file: path }));
    return { name, path, offers, problem: null };
  } catch (thrown) {
    return { name, path, offers: [], problem: asAloftError(thrown).message };
  }
}

function describe({ name, path, offers, problem }: Loaded): OfferSource {
  const dates = offers.map(({ date }) => date);
  const [oldest, newest] = dates.reduce<[string | null, string | null]>(
    ([low, high], date) => [
      low === null || date < low ? date : low,
      high === null || date > high ? date : high,
    ],
    [null, null],
  );
  return { name, file: path, offers: offers.length, oldest, newest, problem };
}

async function readDataPrices(path: string): Promise<DataPrices[]> {
  return z.array(DataPrices).parse(JSON.parse(await readFile(path, "utf8")));
}
