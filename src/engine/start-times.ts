import type { EngineName } from "../model/level.ts";
import type { Run } from "../model/run.ts";
import type { Storage } from "../storage/storage.ts";

/** Start times of each engine, of any workload, the newest first. */
export interface StartTimes {
  of(engine: string): readonly number[];
  /** To be told of every run that has ended. */
  ended(run: Run): void;
}

/** More tell of a machine as it was, not as it is. */
const most = 50;

/** Reads the past once; what ends later it is told. */
export async function createStartTimes(
  storage: Storage,
  engines: readonly { readonly name: EngineName }[],
): Promise<StartTimes> {
  const known = new Map<string, number[]>();
  for (const { name } of engines) known.set(name, await storage.startSeconds(name, most));
  return {
    of: (engine) => known.get(engine) ?? [],
    ended({ state, engine, timings }) {
      if (state !== "succeeded" || timings.starting === null) return;
      known.set(engine, [timings.starting, ...(known.get(engine) ?? [])].slice(0, most));
    },
  };
}
