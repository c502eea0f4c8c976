import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AloftError } from "../../base/errors.ts";
import { LeftOut } from "../../model/catalog-update.ts";
import type { Offer } from "../../model/offer.ts";
import { syncFolder } from "../catalog-files.ts";
import { offerLine, offersHeader } from "../offers-csv.ts";

/** How far an update had come at its last report: all that is needed to go on. It holds no secret. */
export const Leftover = z.object({
  /** What was asked for: another question cannot go on from here. */
  asked: z.object({
    regions: z.array(z.string()),
    endpoint: z.string().nullable(),
    spot: z.boolean(),
  }),
  /** Seconds since the epoch. */
  startedAt: z.number(),
  /** Only the provider's reader knows what is in it. */
  resume: z.record(z.string(), z.unknown()),
  /** Offers before the report, and the length of the file that holds them. */
  offers: z.int().nonnegative(),
  fileBytes: z.int().positive(),
  regions: z.array(z.string()),
  leftOut: z.array(LeftOut),
});
export type Leftover = z.infer<typeof Leftover>;

/** Where an interrupted update of a provider is kept. Names with a dot are no sources of the catalogue. */
export interface LeftoverFiles {
  /** Offers in our columns. */
  readonly offers: string;
  /** `undefined`: there is none. Throws `conflict` for what is damaged, and says how. */
  read(): Promise<Leftover | undefined>;
  /** As a whole or not at all. */
  save(leftover: Leftover): Promise<void>;
  remove(): Promise<void>;
}

export function leftoverFiles(folder: string, provider: string): LeftoverFiles {
  const state = join(folder, `.update-${provider}.json`);
  const offers = join(folder, `.update-${provider}.csv`);
  return {
    offers,
    async read() {
      const text = await readFile(state, "utf8").catch(undefinedIfMissing);
      if (text === undefined) return undefined;
      const leftover = parseLeftover(text);
      const length = (await sizeOf(offers)) ?? 0;
      if (leftover === undefined || length < leftover.fileBytes)
        throw new AloftError("conflict", `${state} or the offers beside it are damaged`);
      return leftover;
    },
    async save(leftover) {
      const temporary = `${state}.tmp`;
      {
        await using file = await open(temporary, "w", 0o600);
        await file.writeFile(JSON.stringify(leftover));
        await file.sync();
      }
      await rename(temporary, state);
      await syncFolder(folder);
    },
    async remove() {
      // The state first: offers without it mean nothing.
      for (const file of [state, `${state}.tmp`, offers]) await rm(file, { force: true });
    },
  };
}

function parseLeftover(text: string): Leftover | undefined {
  try {
    return Leftover.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const file = await open(path, "r").catch(undefinedIfMissing);
  if (file === undefined) return undefined;
  await using _ = file;
  return (await file.stat()).size;
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}

/** The offers of an update that goes on, as a file that grows. */
export interface GrowingOffers extends AsyncDisposable {
  add(offer: Offer): Promise<void>;
  /** When all that was added is on the disk: the length of the file in bytes. */
  sync(): Promise<number>;
}

const bufferLength = 1 << 16;

/** The first `keep` bytes stay; 0 begins anew. */
export async function openOffers(path: string, keep: number): Promise<GrowingOffers> {
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  const file = await open(path, keep === 0 ? "w" : "r+", 0o600);
  await file.truncate(keep);
  let position = keep;
  let pending = keep === 0 ? offersHeader : "";

  async function flush(): Promise<void> {
    const bytes = Buffer.from(pending);
    pending = "";
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, from, bytes.length - from, position);
      from += bytesWritten;
      position += bytesWritten;
    }
  }

  return {
    async add(offer) {
      pending += offerLine(offer);
      if (pending.length >= bufferLength) await flush();
    },
    async sync() {
      await flush();
      await file.sync();
      return position;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
