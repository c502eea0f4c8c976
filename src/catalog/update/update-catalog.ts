import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/durations.ts";
import { AloftError, asAloftError } from "../../base/errors.ts";
import type { CatalogUpdate, UpdatedOffers, UpdateEvent } from "../../model/catalog-update.ts";
import type { Offer } from "../../model/offer.ts";
import type { Catalog } from "../catalog.ts";
import { readChunks } from "../catalog-files.ts";
import { readOffers } from "../read-offers.ts";
import { keptPrices } from "./kept-prices.ts";
import { shapeFacts } from "./price-source.ts";
import { providerSource } from "./provider-source.ts";
import { type Leftover, type LeftoverFiles, leftoverFiles } from "./update-leftover.ts";
import type { Connection } from "./web.ts";

export interface CatalogUpdatesOptions {
  /** The catalogue's: an interrupted update is kept there. */
  readonly folder: string;
  readonly catalog: Pick<Catalog, "offers" | "store" | "stored">;
  readonly clock: Clock;
  readonly connection?: Connection;
}

export interface CatalogUpdates {
  /**
   * Reads a provider's prices and replaces the source of its name by them; offers of regions that were not asked for stay.
   * After an error the source is as it was, and the same request goes on where this one was. `conflict` while the provider
   * is being read, or where an interrupted update asked for something else.
   */
  update(
    request: CatalogUpdate & { readonly signal: AbortSignal },
    onProgress: (event: UpdateEvent) => void,
  ): Promise<UpdatedOffers>;
}

/** Prices of an interrupted update that are older are read anew. In seconds. */
const longestPause = 24 * 3600;

export function createCatalogUpdates(options: CatalogUpdatesOptions): CatalogUpdates {
  const running = new Set<string>();
  return {
    async update(request, onProgress) {
      const { provider } = request;
      if (running.has(provider))
        throw new AloftError("conflict", `prices of ${provider} are being read already`, {
          hint: "wait until that update has ended, or interrupt it",
          retry: "later",
        });
      running.add(provider);
      try {
        return await update(options, request, onProgress);
      } finally {
        running.delete(provider);
      }
    },
  };
}

type Request = Parameters<CatalogUpdates["update"]>[0];
type Report = (event: UpdateEvent) => void;

async function update(
  options: CatalogUpdatesOptions,
  given: Request,
  report: Report,
): Promise<UpdatedOffers> {
  const { folder, catalog, clock, connection } = options;
  const request = { ...given, regions: [...new Set(given.regions)] };
  const { provider, regions } = request;
  const present = await catalog.stored(provider);
  const known = (await catalog.offers()).filter(({ platform }) => platform === provider);
  const warn = (notice: string): void => report({ notice });
  const source = providerSource(request, { facts: shapeFacts(known), connection, warn });
  const files = leftoverFiles(folder, provider);
  const start = await startOf(request, { files, now: clock.now(), warn });
  const { signal } = request;
  const asked = askedOf(request);
  const end = await keptPrices(source, { asked, signal, start, files, clock, report });
  const others = regions.length === 0 ? [] : present.filter((one) => !regions.includes(one.region));
  const stored = await catalog.store(provider, joined(others, files));
  await files.remove();
  const { offers, leftOut } = end;
  return { source: stored, offers, regions: end.regions, kept: others.length, leftOut };
}

interface Beginning {
  readonly files: LeftoverFiles;
  readonly now: number;
  readonly warn: (notice: string) => void;
}

/** Where an interrupted update was; `undefined`: at the beginning. */
async function startOf(
  request: Request,
  { files, now, warn }: Beginning,
): Promise<Leftover | undefined> {
  if (request.fresh) await files.remove();
  const discard = async (why: string): Promise<undefined> => {
    warn(`${why}; the update begins anew`);
    await files.remove();
    return undefined;
  };
  const found = await files.read().catch((error: unknown) => {
    const { code, message } = asAloftError(error);
    if (code !== "conflict") throw error;
    return discard(message);
  });
  if (found === undefined) return undefined;
  const age = now - found.startedAt;
  if (!(age >= 0 && age <= longestPause)) return discard("an interrupted update is over a day old");
  if (JSON.stringify(found.asked) !== JSON.stringify(askedOf(request))) throw another(found);
  warn(
    `goes on where the update was interrupted that began ${formatDuration(age)} ago; --fresh begins anew`,
  );
  return found;
}

function askedOf({ regions, endpoint, spot }: Request): Leftover["asked"] {
  return { regions, endpoint: endpoint ?? null, spot };
}

function another({ asked: { regions, endpoint, spot } }: Leftover): AloftError {
  const options = [
    ...regions.map((region) => `--region ${region}`),
    ...(endpoint === null ? [] : [`--endpoint ${endpoint}`]),
    ...(spot ? [] : ["--without-spot"]),
  ];
  const way = options.length === 0 ? "without options" : `with ${options.join(" ")}`;
  return new AloftError("conflict", "an interrupted update asked for something else", {
    hint: `repeat it ${way} to go on there, or discard it with --fresh`,
  });
}

/** Offers that stay, and those that were read. */
async function* joined(others: readonly Offer[], files: LeftoverFiles): AsyncGenerator<Offer> {
  yield* others;
  try {
    yield* readOffers(readChunks(files.offers), { file: files.offers });
  } catch (error) {
    if (!(error instanceof AloftError)) throw error;
    // They would be as wrong the next time.
    await files.remove();
    throw new AloftError("failed", `what was read is no catalogue: ${error.message}`, {
      cause: error,
    });
  }
}
