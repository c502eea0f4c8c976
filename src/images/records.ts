import { utimesSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AloftError } from "../base/errors.ts";
import { Digest, Image } from "../model/image.ts";
import { randomId } from "../base/ids.ts";
import { isMissing, type Layout, listFolder, readText, syncFolder, writeAtomic } from "./layout.ts";

const Record = Image.omit({ names: true });
export type ImageRecord = z.infer<typeof Record>;

const Pointer = z.object({ digest: Digest, since: z.number() });

/** What the image folder says, read from its files each time: other processes write there too. */
export interface Records {
  /** `undefined` where there is no such image. */
  byDigest(digest: string): Promise<Image | undefined>;
  byName(name: string): Promise<Image | undefined>;
  byRecipe(key: string): Promise<Image | undefined>;
  /** Digests that begin with so many hexadecimal digits. */
  withPrefix(prefix: string): Promise<string[]>;
  all(): Promise<Image[]>;
  /** When a run was last given the image, or it was built; in seconds since the epoch. */
  lastUse(digest: string): Promise<number>;
  noteUse(digest: string, now: number): void;
  setName(name: string, digest: string, since: number): Promise<void>;
  setRecipe(key: string, digest: string, since: number): Promise<void>;
  removeName(name: string): Promise<void>;
  /** The image, its names and the recipes that led to it. */
  removeImage(image: Image): Promise<void>;
}

export function createRecords(layout: Layout): Records {
  async function names(): Promise<Map<string, string[]>> {
    const found: { name: string; digest: string; since: number }[] = [];
    for (const file of await listFolder(layout.folders.names)) {
      const target = await pointer(join(layout.folders.names, file));
      if (target) found.push({ name: decodeURIComponent(file), ...target });
    }
    found.sort((one, other) => other.since - one.since);
    return Map.groupBy(found, ({ digest }) => digest)
      .entries()
      .reduce(
        (map, [digest, list]) =>
          map.set(
            digest,
            list.map(({ name }) => name),
          ),
        new Map<string, string[]>(),
      );
  }

  async function read(digest: string, known: ReadonlyMap<string, string[]>) {
    const path = layout.record(digest);
    const text = await readText(path);
    if (text === undefined) return undefined;
    return { ...parse(Record, text, path), names: known.get(digest) ?? [] };
  }

  const byDigest = async (digest: string) => read(digest, await names());
  const through = async (path: string) => {
    const target = await pointer(path);
    return target && byDigest(target.digest);
  };

  return {
    byDigest,
    byName: (name) => through(layout.name(name)),
    byRecipe: (key) => through(layout.recipe(key)),
    async withPrefix(prefix) {
      const found = await listFolder(layout.folders.sha256);
      return found.filter((hex) => hex.startsWith(prefix)).map((hex) => `sha256:${hex}`);
    },
    async all() {
      const known = await names();
      const hexes = await listFolder(layout.folders.sha256);
      const images = await Promise.all(hexes.map((hex) => read(`sha256:${hex}`, known)));
      return images
        .filter((image) => image !== undefined)
        .toSorted((one, other) => other.createdAt - one.createdAt);
    },
    // The time of the record's file: it costs no write of content, and a copied folder keeps it.
    lastUse: async (digest) => (await stat(layout.record(digest))).mtimeMs / 1000,
    noteUse(digest, now) {
      try {
        utimesSync(layout.record(digest), now, now);
      } catch (error) {
        // The run itself says what is wrong with an image that is gone.
        if (!isMissing(error)) throw error;
      }
    },
    setName: (name, digest, since) =>
      writeAtomic(layout.name(name), JSON.stringify({ digest, since })),
    setRecipe: (key, digest, since) =>
      writeAtomic(layout.recipe(key), JSON.stringify({ digest, since })),
    async removeName(name) {
      await rm(layout.name(name), { force: true });
      await syncFolder(layout.folders.names);
    },
    async removeImage(image) {
      for (const name of image.names) await rm(layout.name(name), { force: true });
      for (const key of await listFolder(layout.folders.recipes))
        if ((await pointer(layout.recipe(key)))?.digest === image.digest)
          await rm(layout.recipe(key), { force: true });
      // First out of its place as a whole: nobody ever finds half an image there.
      const grave = layout.work(`removed-${randomId(24)}`);
      await rename(layout.image(image.digest), grave);
      await syncFolder(layout.folders.sha256);
      await rm(grave, { recursive: true, force: true });
    },
  };
}

async function pointer(path: string) {
  const text = await readText(path);
  return text === undefined ? undefined : parse(Pointer, text, path);
}

function parse<T>(schema: z.ZodType<T>, text: string, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AloftError("internal", `${path} is damaged`, {
      hint: "remove the file; what it described can be built again",
      cause: error,
    });
  }
}
