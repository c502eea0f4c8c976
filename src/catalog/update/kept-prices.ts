import type { Clock } from "../../base/clock.ts";
import { AloftError } from "../../base/errors.ts";
import type { UpdateEvent } from "../../model/catalog-update.ts";
import { createLeftOutList } from "./left-out.ts";
import type { PriceSource, Resume } from "./price-source.ts";
import { type Leftover, type LeftoverFiles, openOffers } from "./update-leftover.ts";

export interface KeptReading {
  readonly asked: Leftover["asked"];
  readonly signal: AbortSignal;
  /** Where an interrupted update was. */
  readonly start: Leftover | undefined;
  readonly files: LeftoverFiles;
  readonly clock: Clock;
  readonly report: (event: UpdateEvent) => void;
}

/** Where a reading stands, without what only its source knows. */
export type Position = Omit<Leftover, "resume">;

/**
 * Reads all prices of a source into the file of a leftover, and keeps where it is so that the next update can go on there,
 * whatever ends this one. Resolves at the end, with the file on the disk. Throws what the source throws, and `failed` where
 * it has no offers.
 */
export async function keptPrices(source: PriceSource, reading: KeptReading): Promise<Position> {
  const { asked, start, files, clock, report } = reading;
  await using file = await openOffers(files.offers, start?.fileBytes ?? 0);
  const regions = new Set(start?.regions);
  const leftOut = createLeftOutList(start?.leftOut);
  const fixed = { asked, startedAt: start?.startedAt ?? clock.now() };
  let offers = start?.offers ?? 0;

  async function position(): Promise<Position> {
    const fileBytes = await file.sync();
    return { ...fixed, offers, fileBytes, regions: [...regions], leftOut: leftOut.all() };
  }

  const keeper = createKeeper(clock, async (resume) =>
    files.save({ ...(await position()), resume }),
  );
  const found = source.update({
    endpoint: asked.endpoint ?? undefined,
    regions: asked.regions,
    signal: reading.signal,
    resume: start?.resume,
    onIncomplete: (row) => leftOut.add(row),
    onWait: ({ reason, seconds }) => report({ waiting: { reason, seconds } }),
    onProgress: async ({ place, bytes, resume }) => {
      report({ place, bytes, offers });
      await keeper.keep(resume, offers);
    },
  });
  try {
    for await (const offer of found) {
      // The file of a report holds what was found before it, and no more.
      await keeper.save();
      offers += 1;
      regions.add(offer.region);
      await file.add(offer);
    }
  } catch (error) {
    // What ended the reading tells more than what ends this; an older report is kept then.
    await keeper.save().catch(() => undefined);
    if (start === undefined && !keeper.hasSaved()) await files.remove();
    throw error;
  }
  // Awaited here: the file is closed on return.
  if (offers > 0) return await position();
  await files.remove();
  throw new AloftError("failed", `${source.name} has no price of a shape that is known`);
}

/** Of its time, a reading spends no more than one part in so many on keeping where it is. */
const savingShare = 10;

/** Saves the newest report: at once where offers came since the last one, else when it is worth the time. */
function createKeeper(clock: Clock, write: (resume: Resume) => Promise<void>) {
  let pending: Resume | undefined;
  let offersSaved: number | undefined;
  let notBefore = -Infinity;

  async function save(): Promise<void> {
    if (pending === undefined) return;
    const resume = pending;
    pending = undefined;
    const begun = clock.elapsed();
    await write(resume);
    const end = clock.elapsed();
    notBefore = end + (end - begun) * savingShare;
  }

  return {
    save,
    hasSaved: () => offersSaved !== undefined,
    async keep(resume: Resume, offers: number): Promise<void> {
      pending = resume;
      if (offers === offersSaved && clock.elapsed() < notBefore) return;
      await save();
      offersSaved = offers;
    },
  };
}
