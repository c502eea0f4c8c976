import { setTimeout as delay } from "node:timers/promises";
import type { Contender, Sample, Unmeasured } from "./contender.ts";

export interface RoundsOptions {
  readonly rounds: number;
  readonly warmUp: number;
  /**
   * Milliseconds of quiet after each measurement, so that what one contender does behind (unmounting, writing its
   * records) is not measured with the next.
   */
  readonly settle: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export interface Measured {
  /** One sample for each round, in the order of the rounds: the same place is the same round. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly failed: readonly Unmeasured[];
}

/** Fisher and Yates; `random` in [0, 1). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** Measures all contenders in each round, in random order. One that fails is left out altogether, with its reason. */
export async function measureRounds(
  contenders: readonly Contender[],
  options: RoundsOptions,
): Promise<Measured> {
  const { rounds, warmUp, settle, random, signal, progress } = options;
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const failed: Unmeasured[] = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    progress(round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`);
    const left = contenders.filter(({ name }) => samples.has(name));
    for (const contender of shuffled(left, random)) {
      const { name } = contender;
      signal.throwIfAborted();
      try {
        const sample = await contender.measure();
        if (round >= 0) samples.get(name)?.push(sample);
      } catch (error) {
        signal.throwIfAborted();
        samples.delete(name);
        failed.push({ name, reason: (error as Error).message });
      }
      await delay(settle, undefined, { signal });
    }
  }
  return { samples, failed };
}
