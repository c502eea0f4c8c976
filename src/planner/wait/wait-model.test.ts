import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { syntheticRecord } from "./testing-queues.ts";
import { fitWaitModel } from "./wait-model.ts";
import { unknownState, type WaitRecord } from "./wait-record.ts";

/**
 * Waits of jobs of 1 to 64 cpus behind up to 1000: at the median ten seconds for each cpu ahead, and log-normal around it with
 * a deviation of 0.5.
 */
function queue(seed: number, { jobs, days }: { jobs: number; days: number }): WaitRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: jobs }, (_, index) => {
    const ahead = Math.floor(random() * 1000);
    return syntheticRecord({
      day: index % days,
      cpus: 2 ** Math.floor(random() * 7),
      ahead,
      waitSeconds: 10 * (1 + ahead) * Math.exp(0.5 * normal(random)),
    });
  });
}

/** Box and Muller 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const history = queue(1, { jobs: 3000, days: 10 });
const model = fitWaitModel(history);
const fresh = queue(2, { jobs: 1000, days: 1 });
const predict = ({ request, state }: WaitRecord) => {
  if (model === undefined) throw new Error("too little history");
  return model(request, state);
};

/**
 * How far a count of events of probability p may be off: four standard deviations, outside which one seed in some ten thousand
 * would lie, and three in a hundred, since a forest is not the truth.
 */
function allowed(n: number, p: number): number {
  return 4 * Math.sqrt(p * (1 - p) * n) + 0.03 * n;
}

test("the quantiles hold as often as they say", () => {
  const n = fresh.length;
  const estimates = fresh.map((record) => ({ ...predict(record), wait: record.waitSeconds }));
  const long = estimates.filter(({ wait, high }) => wait > high).length;
  const short = estimates.filter(({ wait, low }) => wait < low).length;
  const half = estimates.filter(({ wait, median }) => wait <= median).length;
  expect(Math.abs(long - 0.1 * n)).toBeLessThan(allowed(n, 0.1));
  expect(Math.abs(short - 0.1 * n)).toBeLessThan(allowed(n, 0.1));
  expect(Math.abs(half - 0.5 * n)).toBeLessThan(allowed(n, 0.5));
});

test("they hang on what the wait hangs on: the median follows the true one, and longer queues wait longer", () => {
  const errors = fresh.map(({ state, ...rest }) => {
    const truth = 10 * (1 + (state.ahead.cpus ?? Number.NaN));
    return Math.abs(Math.log(predict({ state, ...rest }).median / truth));
  });
  expect(errors.toSorted((a, b) => a - b)[500]).toBeLessThan(0.25);
  const behind = [10, 100, 400, 900].map((ahead) => {
    const record = syntheticRecord({ day: 11, cpus: 4, ahead, waitSeconds: 0 });
    return predict(record).median;
  });
  expect(behind).toEqual(behind.toSorted((a, b) => a - b));
});

test("an unknown queue widens the interval instead of standing for an empty one", () => {
  const record = syntheticRecord({ day: 11, cpus: 4, ahead: null, waitSeconds: 0 });
  const blind = predict(record);
  const seeing = predict(syntheticRecord({ day: 11, cpus: 4, ahead: 500, waitSeconds: 0 }));
  expect(blind.high / blind.low).toBeGreaterThan((2 * seeing.high) / seeing.low);
  const all = fresh.map(({ waitSeconds }) => waitSeconds).toSorted((a, b) => a - b);
  expect(blind.median).toBeGreaterThan(all[300] ?? Number.NaN);
  expect(blind.median).toBeLessThan(all[700] ?? Number.NaN);
});

test("waits that had not ended are not taken for short ones", () => {
  const random = seededRandom(4);
  const cut = history.map((record) => {
    const seen = 12_000 * random();
    const { waitSeconds } = record;
    return waitSeconds <= seen ? record : { ...record, waitSeconds: seen, started: false };
  });
  const careful = fitWaitModel(cut);
  const fooled = fitWaitModel(cut.map((record) => ({ ...record, started: true })));
  const { request, state } = syntheticRecord({ day: 11, cpus: 4, ahead: 500, waitSeconds: 0 });
  const [a, b] = [careful?.(request, state), fooled?.(request, state)];
  expect(a?.median).toBeGreaterThan(1.1 * (b?.median ?? Number.NaN));
});

test("the same records and seed give the same answer", () => {
  const again = fitWaitModel(history);
  const { request, state } = syntheticRecord({ day: 11, cpus: 4, ahead: 500, waitSeconds: 0 });
  expect(again?.(request, state)).toEqual(model?.(request, state));
});

test("low, median and high are in order and never negative, whatever is asked and known", () => {
  const maybe = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
  const load = fc.record({ jobs: maybe, cpus: maybe, cpuSeconds: maybe, gpus: maybe });
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), load, (cpus, ahead) => {
      const request = { ...syntheticRequest, cpus };
      const estimate = model?.(request, { ...unknownState, ahead });
      expect(estimate?.low).toBeGreaterThanOrEqual(0);
      expect(estimate?.median).toBeGreaterThanOrEqual(estimate?.low ?? Number.NaN);
      expect(estimate?.high).toBeGreaterThanOrEqual(estimate?.median ?? Number.NaN);
    }),
  );
});

const syntheticRequest = syntheticRecord({ day: 0, cpus: 1, ahead: 0, waitSeconds: 0 }).request;

test("a queue without waits is predicted to have none", () => {
  const idle = history.map((record) => ({ ...record, waitSeconds: 0 }));
  expect(fitWaitModel(idle)?.(syntheticRequest, unknownState)).toEqual({
    low: 0,
    median: 0,
    high: 0,
  });
});

test("too few records or days are no model", () => {
  expect(fitWaitModel(history.slice(0, 60))).toBeUndefined();
  expect(fitWaitModel(queue(3, { jobs: 500, days: 2 }))).toBeUndefined();
});
