import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPatience, parseRetryAfter } from "./patience.ts";
import { virtualTime } from "./testing-price-server.ts";

const url = "https://prices.example/list?key=secret";

function patienceOf(deadlineSeconds: number, random = () => 0.5) {
  const time = { ...virtualTime(), random };
  const { signal } = new AbortController();
  return { time, patience: createPatience({ ...time, deadlineSeconds, signal }) };
}

test("pauses double up to a minute, until the next one would end after the deadline", async () => {
  const { time, patience } = patienceOf(300, () => 0.999_999);
  const waiting = async (): Promise<void> => {
    for (;;) await patience.wait({ url, reason: "HTTP 503" });
  };
  await expect(waiting()).rejects.toMatchObject({
    code: "unavailable",
    retry: "later",
    message: "https://prices.example/list?key=… cannot be read: HTTP 503",
  });
  expect(time.pauses.map(Math.round)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test("jitter keeps every pause between half and the whole of its step", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
      async (draws) => {
        let next = 0;
        const { time, patience } = patienceOf(1e6, () => draws[next++] ?? 0);
        for (const _ of draws) await patience.wait({ url, reason: "ECONNRESET" });
        for (const [step, seconds] of time.pauses.entries()) {
          const whole = Math.min(60, 2 ** step);
          expect(seconds).toBeGreaterThanOrEqual(whole / 2);
          expect(seconds).toBeLessThanOrEqual(whole);
        }
      },
    ),
  );
});

test("what the server asks for is the least, and nothing is tried before it", async () => {
  const { time, patience } = patienceOf(300);
  await patience.wait({ url, reason: "HTTP 429", retryAfter: 42 });
  await patience.wait({ url, reason: "HTTP 429", retryAfter: 0 });
  expect(time.pauses).toEqual([42, 1.5]);
  await expect(patience.wait({ url, reason: "HTTP 429", retryAfter: 3600 })).rejects.toMatchObject({
    hint: "it asks to be left alone for 1h 00m; resume the update then",
  });
});

test("after something arrived, deadline and pauses start anew", async () => {
  const { time, patience } = patienceOf(10);
  for (let round = 0; round < 20; round += 1) {
    await patience.wait({ url, reason: "ECONNRESET" });
    patience.reset();
  }
  expect(new Set(time.pauses)).toEqual(new Set([0.75]));
});

test.each([
  ["120", 120],
  [" 0 ", 0],
  ["Thu, 01 Oct 2026 12:00:30 GMT", 30],
  ["Thu, 01 Oct 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  [null, undefined],
])("Retry-After: %j asks for %j s", (header, seconds) => {
  expect(parseRetryAfter(header, Date.parse("2026-10-01T12:00:00Z") / 1000)).toBe(seconds);
});
