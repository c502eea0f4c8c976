import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  bestCheckpointSeconds,
  expectedSeconds,
  type Interruptions,
  interruptedTime,
} from "./interruptions.ts";

const hour = 3600;
const plain: Interruptions = {
  perHour: 0.1,
  together: 1,
  checkpoint: null,
  restartSeconds: 300,
};
const saving = { ...plain, checkpoint: { everySeconds: 1800, writeSeconds: 60 } };
const certain = (value: number) => ({ low: value, median: value, high: value });

test("without interruptions only checkpoints cost", () => {
  const never = { ...plain, perHour: 0 };
  expect(expectedSeconds(10 * hour, never)).toBe(10 * hour);
  // 20 stretches of half an hour, 19 checkpoints.
  expect(expectedSeconds(10 * hour, { ...saving, perHour: 0 })).toBe(10 * hour + 19 * 60);
  expect(interruptedTime(certain(10 * hour), never)).toEqual(certain(10 * hour));
});

test("from the beginning: M e^{R/M} (e^{T/M} − 1) by hand", () => {
  // M = 36,000 s, R/M = 1/120, T/M = 1: 36,000 × 1.0083682 × 1.7182818 = 62,375.7
  expect(expectedSeconds(10 * hour, plain)).toBeCloseTo(62_375.8, 0);
});

test("each stretch between checkpoints alike, by hand", () => {
  // x = 1860: 36,000 × 1.0083682 × (e^{0.0516667} − 1) = 1,924.93, 19 times; then x = 1800: 1,861.24
  expect(expectedSeconds(10 * hour, saving)).toBeCloseTo(19 * 1924.93 + 1861.24, -1);
});

test("four machines that go on only together are lost four times as often", () => {
  const four = { ...plain, together: 4 };
  expect(expectedSeconds(hour, four)).toBeCloseTo(
    expectedSeconds(hour, { ...plain, perHour: 0.4 }),
    9,
  );
});

test("work that outlasts its machines by far never ends, and says so", () => {
  expect(interruptedTime(certain(10_000 * hour), { ...plain, perHour: 1 })).toBeNull();
  expect(interruptedTime(certain(10_000 * hour), { ...saving, perHour: 1 })).not.toBeNull();
});

test("Young's interval is the best of its neighbours", () => {
  const best = bestCheckpointSeconds(60, saving);
  expect(best).toBeCloseTo(Math.sqrt(2 * 60 * 36_000), 6);
  const time = (everySeconds: number) =>
    expectedSeconds(1000 * hour, { ...saving, checkpoint: { everySeconds, writeSeconds: 60 } });
  expect(time(best)).toBeLessThan(time(best * 1.5));
  expect(time(best)).toBeLessThan(time(best / 1.5));
});

/** Runs it many times, with a fixed sequence of chances. */
function simulated(work: number, { perHour, checkpoint, restartSeconds }: Interruptions) {
  let state = 9;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  const times = Float64Array.from({ length: 20_000 }, () => {
    let [clock, done, restart] = [0, 0, 0];
    while (done < work) {
      const step = Math.min(checkpoint?.everySeconds ?? work, work - done);
      const needed = restart + step + (done + step < work ? (checkpoint?.writeSeconds ?? 0) : 0);
      const lost = (-Math.log(uniform()) * hour) / perHour;
      clock += Math.min(lost, needed);
      if (lost >= needed) done += step;
      restart = lost >= needed ? 0 : restartSeconds;
    }
    return clock;
  }).toSorted();
  const at = (part: number): number => times[Math.floor(part * times.length)] ?? 0;
  const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
  return { mean, low: at(0.1), median: at(0.5), high: at(0.9) };
}

test.each([
  ["2 h without checkpoints, mostly undisturbed", 2 * hour, plain],
  ["10 h without checkpoints", 10 * hour, plain],
  ["10 h with checkpoints", 10 * hour, saving],
  ["60 h with checkpoints", 60 * hour, saving],
])("%s: the model is what a simulation finds", (_, work, interruptions) => {
  const truth = simulated(work, interruptions);
  const model = interruptedTime(certain(work), interruptions);
  expect(expectedSeconds(work, interruptions) / truth.mean).toBeCloseTo(1, 1);
  for (const at of ["low", "median", "high"] as const) {
    const ratio = (model?.[at] ?? 0) / truth[at];
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  }
});

test("more work, more interruptions and longer restarts never take less", () => {
  const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
  fc.assert(
    fc.property(
      positive(2e5),
      positive(1e5),
      positive(0.5),
      positive(3600),
      positive(7200),
      (work, more, perHour, restartSeconds, everySeconds) => {
        const some: Interruptions = {
          perHour,
          together: 1,
          checkpoint: { everySeconds: everySeconds + 60, writeSeconds: 30 },
          restartSeconds,
        };
        const time = expectedSeconds(work, some) * (1 - 1e-9);
        expect(time).toBeLessThanOrEqual(expectedSeconds(work + more, some));
        expect(time).toBeLessThanOrEqual(expectedSeconds(work, { ...some, perHour: perHour * 2 }));
        expect(time).toBeGreaterThanOrEqual(work * (1 - 1e-6));
      },
    ),
  );
});
