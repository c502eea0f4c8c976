import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { asAloftError } from "../../base/errors.ts";
import type { Availability } from "../../model/level.ts";
import { createLocalPlatform } from "../../platforms/local/local-platform.ts";
import { busyboxImage } from "../testing-image.ts";
import { instanceOf } from "../conformance.ts";
import type { EngineTrial } from "../conformance-bench.ts";
import type { LevelEngine } from "../level.ts";
import type { PrepareOptions } from "./guest.ts";

interface VmTrial {
  /** A folder that the caller removes. */
  readonly scratch: string;
  readonly prepare: (options: PrepareOptions) => Promise<void>;
  readonly engine: (guestFolder: string) => LevelEngine;
  readonly cannot: Readonly<Record<string, string>>;
}

/** A guest prepared in the scratch folder, and an engine on it. */
export async function vmTrial({ scratch, prepare, engine, cannot }: VmTrial): Promise<EngineTrial> {
  const folder = join(scratch, "guests");
  const made = engine(folder);
  const availability = await prepare({ folder, signal: AbortSignal.timeout(100_000) }).then(
    () => made.probe(AbortSignal.timeout(100_000)),
    (error: unknown): Availability => {
      const { message, hint } = asAloftError(error);
      return { available: false, detail: message, ...(hint === undefined ? {} : { remedy: hint }) };
    },
  );
  return {
    engine: made,
    availability,
    squashfs: busyboxImage(scratch),
    memoryBytes: 128 * 2 ** 20,
    patience: 90,
    cannot,
    open: (place) =>
      createLocalPlatform({
        folder: place,
        instance: instanceOf(place),
        clock: systemClock,
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      }),
  };
}
