import type { LevelEngine } from "../levels/level.ts";
import type { Availability, EngineReport } from "../model/level.ts";

/** Where probes are kept between servers: a virtual machine takes seconds to prove itself. */
export interface ProbeCache {
  get(engine: string): Availability | undefined;
  set(engine: string, availability: Availability): void;
}

/** A probe that has not ended by then counts as a failed one. In milliseconds. */
const deadline = 120_000;

export interface EngineReports {
  /** Reports of the engines chosen, each probed at most once unless `fresh`. */
  of(chosen: (engine: LevelEngine) => boolean, fresh?: boolean): Promise<EngineReport[]>;
}

export function createEngineReports(
  engines: readonly LevelEngine[],
  cache: ProbeCache,
): EngineReports {
  const probes = new Map<string, Promise<Availability>>();

  function availability(engine: LevelEngine, fresh: boolean): Promise<Availability> {
    const known = fresh ? undefined : (probes.get(engine.name) ?? cached(engine.name));
    const probe = known ?? probed(engine);
    probes.set(engine.name, probe);
    return probe;
  }

  function cached(name: string): Promise<Availability> | undefined {
    const found = cache.get(name);
    return found && Promise.resolve(found);
  }

  async function probed(engine: LevelEngine): Promise<Availability> {
    try {
      const found = await engine.probe(AbortSignal.timeout(deadline));
      // What is missing now may be installed the next minute: only what works is worth remembering.
      if (found.available) cache.set(engine.name, found);
      return found;
    } catch (error) {
      return { available: false, detail: `its probe failed: ${(error as Error).message}` };
    }
  }

  return {
    of: (chosen, fresh = false) =>
      Promise.all(
        engines.filter(chosen).map(async (engine) => ({
          level: engine.level,
          engine: engine.name,
          abilities: engine.abilities,
          availability: await availability(engine, fresh),
        })),
      ),
  };
}
