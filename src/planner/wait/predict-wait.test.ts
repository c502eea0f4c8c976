import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { pastWaits } from "./past-waits.ts";
import { prepareWaitPrediction } from "./predict-wait.ts";
import { syntheticRecord } from "./testing-queues.ts";
import { unknownState, type WaitRecord } from "./wait-record.ts";

const { request } = syntheticRecord({ day: 0, cpus: 4, ahead: null, waitSeconds: 0 });

function history(jobs: number, days = 1): WaitRecord[] {
  const random = seededRandom(5);
  return Array.from({ length: jobs }, (_, index) =>
    syntheticRecord({
      day: index % days,
      cpus: 1 + (index % 64),
      ahead: Math.floor(random() * 100),
      waitSeconds: Math.floor(random() * 1000),
    }),
  );
}

test.each([0, 1, 8])("%i past jobs are too few: unknown, with the way to learn it", (jobs) => {
  const term = prepareWaitPrediction(history(jobs))(request, unknownState);
  expect(term.estimate).toBeNull();
  expect(term.learn).toContain("sacct");
});

test("waits of which none has ended are unknown, however many they are", () => {
  const stuck = history(400, 5).map((record) => ({ ...record, started: false }));
  const term = prepareWaitPrediction(stuck)(request, unknownState);
  expect(term.estimate).toBeNull();
  expect(term.evidence[0]?.text).toContain("400 of them never seen to start");
});

test("nine waits in a partition are told as they are", () => {
  const waits = [10, 20, 30, 40, 50, 60, 70, 80, 90];
  const records = waits.map((waitSeconds, day) =>
    syntheticRecord({ day, cpus: 1, ahead: null, waitSeconds }),
  );
  const term = prepareWaitPrediction(records)(request, unknownState);
  expect(term.estimate).toEqual({ low: 10, median: 50, high: 90 });
  expect(term.formula).toContain("partition cpu");
  expect(term.evidence).toEqual([
    {
      kind: "history",
      text: "waits of 9 past jobs from 2026-01-01 to 2026-01-09",
      date: "2026-01-09",
    },
  ]);
});

test("an unknown partition gets the waits of all", () => {
  const predict = prepareWaitPrediction(history(50));
  const term = predict({ ...request, partition: "new" }, unknownState);
  expect(term.formula).toContain("all partitions");
  expect(term.estimate).not.toBeNull();
});

test("with many jobs on several days the forest answers", () => {
  const records = history(400, 5);
  const waiting = {
    ...(records[0] ?? syntheticRecord({ day: 0, cpus: 1, ahead: 0, waitSeconds: 1 })),
    started: false,
  };
  const term = prepareWaitPrediction([...records, waiting])(request, unknownState);
  expect(term.formula).toContain("forest");
  expect(term.evidence[0]?.text).toBe(
    "waits of 401 past jobs from 2026-01-01 to 2026-01-05, 1 of them never seen to start",
  );
});

/** Draws from a known distribution: the interval of n past waits must hold the next one as often as it says. */
test("order statistics hold eight times in ten, for few waits too", () => {
  const random = seededRandom(11);
  const wait = () => -3600 * Math.log(1 - random());
  const rounds = 2000;
  for (const n of [9, 19, 50]) {
    let [below, above] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const past = Array.from({ length: n }, (_, day) =>
        syntheticRecord({ day, cpus: 1, ahead: null, waitSeconds: wait() }),
      );
      const { low, high } = pastWaits(past) ?? { low: Number.NaN, high: Number.NaN };
      const next = wait();
      if (next < low) below += 1;
      if (next > high) above += 1;
    }
    // Four standard deviations of a binomial count above a tenth.
    const most = 0.1 * rounds + 4 * Math.sqrt(0.09 * rounds);
    expect(below).toBeLessThan(most);
    expect(above).toBeLessThan(most);
  }
});
