import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../src/base/random.ts";
import type { Contender } from "./contender.ts";
import { measureRounds, shuffled } from "./rounds.ts";

const quiet = {
  warmUp: 1,
  settle: 0,
  signal: new AbortController().signal,
  progress: () => undefined,
};

function contender(name: string, measured: string[], failAt?: number): Contender {
  let times = 0;
  return {
    name,
    how: name,
    async measure() {
      measured.push(name);
      times += 1;
      if (times === failAt) throw new Error("broke");
      return { end: times };
    },
  };
}

test("shuffling keeps every item", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const order = shuffled(items, seededRandom(seed));
      expect(order.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
});

test("each round measures all, and the same seed gives the same order", async () => {
  const run = async (seed: number): Promise<string[]> => {
    const measured: string[] = [];
    const all = ["a", "b", "c"].map((name) => contender(name, measured));
    const random = seededRandom(seed);
    const { samples } = await measureRounds(all, { ...quiet, rounds: 20, random });
    expect(samples.get("b")?.map(({ end }) => end)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
    return measured;
  };
  const first = await run(1);
  for (let at = 0; at < first.length; at += 3)
    expect(first.slice(at, at + 3).toSorted()).toEqual(["a", "b", "c"]);
  expect(
    new Set(Array.from({ length: 21 }, (_, i) => first.slice(3 * i, 3 * i + 3).join(""))).size,
  ).toBeGreaterThan(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("one that fails is left out with its reason, and the others go on", async () => {
  const measured: string[] = [];
  const all = [contender("good", measured), contender("bad", measured, 3)];
  const { samples, failed } = await measureRounds(all, {
    ...quiet,
    rounds: 4,
    random: seededRandom(1),
  });
  expect(samples.get("good")).toHaveLength(4);
  expect(samples.has("bad")).toBe(false);
  expect(failed).toEqual([{ name: "bad", reason: "broke" }]);
});

test("an interrupt ends the rounds", async () => {
  const control = new AbortController();
  const stopping: Contender = {
    name: "a",
    how: "a",
    async measure() {
      control.abort(new Error("interrupted"));
      return { end: 1 };
    },
  };
  const options = { ...quiet, rounds: 4, random: seededRandom(1), signal: control.signal };
  await expect(measureRounds([stopping], options)).rejects.toThrow(/interrupted|abort/);
});
