import type { RatedMachine } from "./roofline.ts";
import type { ScalingPoint } from "./scaling-point.ts";

/** Uniform numbers below 1, always the same (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal (Box and Muller). */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function point(scale: number, size: number, seconds: number): ScalingPoint {
  return { scale, size, seconds, parameters: [], machine: "a", group: null };
}

export function rated(name: string, cpus: number, rates: RatedMachine["rates"]): RatedMachine {
  return { name, architecture: "x64", cpus, rates };
}
