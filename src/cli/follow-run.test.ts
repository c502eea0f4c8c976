import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { AloftError } from "../base/errors.ts";
import { aRun } from "../model/run-sample.ts";
import { createConnection } from "./connection.ts";
import { followStream, waitForRun } from "./follow-run.ts";
import { answer, createTestServer, type Handler, until } from "./testing.ts";
import { createSocketTransport, isAbsent, isLost } from "./transport.ts";

const text = "héllo, wörld: twenty-odd bytes\n";
const bytes = Buffer.from(text);

/** A run whose stdout is `text`; each server sends at most so many bytes of it before it waits. */
function runOf(state: { ended: boolean }, piece: number): Handler {
  return ({ path, query }, response) => {
    if (path.endsWith("/wait")) return waitAnswer(state, response);
    const from = Number(query.get("from"));
    response.writeHead(200, { "content-type": "application/octet-stream" });
    if (state.ended) response.end(bytes.subarray(from));
    else response.write(bytes.subarray(from, from + piece));
    return undefined;
  };
}

async function waitAnswer(state: { ended: boolean }, response: ServerResponse): Promise<void> {
  await until(() => state.ended || response.destroyed);
  if (!response.destroyed) answer(response, aRun({ state: state.ended ? "succeeded" : "running" }));
}

test("a stream goes on at its byte after the server was killed in the middle, and nothing is lost or doubled", async () => {
  const state = { ended: false };
  await using server = createTestServer(runOf(state, 3));
  await server.start();
  let starts = 0;
  const connection = createConnection(server.socket, async () => {
    starts += 1;
    await server.start();
  });
  const signal = new AbortController().signal;
  const ended = waitForRun(connection, "x");
  const got: Buffer[] = [];
  const following = (async () => {
    const stream = followStream(connection, { id: "x", stream: "stdout", signal, ended });
    for await (const chunk of stream) got.push(chunk);
  })();
  await until(() => Buffer.concat(got).length === 3);
  await server.kill();
  await until(() => Buffer.concat(got).length === 6);
  await server.kill();
  await until(() => Buffer.concat(got).length === 9);
  state.ended = true;
  // The open stream of a real server would end now; breaking it is the harder case.
  await server.kill();
  await Promise.all([following, ended]);
  expect(Buffer.concat(got).toString()).toBe(text);
  expect((await ended).state).toBe("succeeded");
  expect(starts).toBeGreaterThanOrEqual(3);
  expect(server.asked.filter((one) => one.includes("from=6"))).not.toHaveLength(0);
});

test("a server that is told to end answers early: it is not started again", async () => {
  await using server = createTestServer((_, response) => {
    answer(response, aRun({ state: "running" }));
  });
  await server.start();
  const connection = createConnection(server.socket, () => Promise.reject(new Error("started")));
  await expect(waitForRun(connection, "x")).rejects.toMatchObject({
    code: "unavailable",
    hint: expect.stringContaining("aloft wait") as unknown,
  });
});

test("without a server an error says so and what starts one", async () => {
  const { send } = createSocketTransport("/nowhere/socket");
  const asked = { method: "GET", path: "/v1/status", body: undefined, signal: undefined };
  const error = await send(asked).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AloftError);
  expect(error).toMatchObject({ code: "unavailable", hint: "`aloft up` starts it" });
  expect(isAbsent(error)).toBe(true);
});

test("an answer cut short is a lost connection, not a short answer", async () => {
  await using server = createTestServer((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setImmediate(() => response.destroy());
  });
  await server.start();
  const { send, stream } = createSocketTransport(server.socket);
  const asked = { method: "GET", path: "/", body: undefined, signal: undefined };
  expect(isLost(await send(asked).catch((thrown: unknown) => thrown))).toBe(true);
  const chunks = Array.fromAsync(stream(asked));
  expect(isLost(await chunks.catch((thrown: unknown) => thrown))).toBe(true);
});

test("answers in chunks and errors of the server arrive as they were", async () => {
  await using server = createTestServer(({ path, body }, response) => {
    if (path.endsWith("/cancel")) {
      const detail = `there is no run (${body})`;
      const problem = { code: "not-found", detail, hint: "look", retry: "never", status: 404 };
      answer(response, problem, 404);
      return;
    }
    response.write('{"id":');
    response.write('"ü"}');
    response.end();
  });
  await server.start();
  const { present } = createConnection(server.socket, () => Promise.resolve());
  expect(await present("getRun", { params: { id: "x" } })).toEqual({ id: "ü" });
  const cancelled = present("cancelRun", { params: { id: "x" }, body: { now: true } });
  await expect(cancelled).rejects.toMatchObject({
    code: "not-found",
    message: 'there is no run ({"now":true})',
    hint: "look",
  });
});

test("a request that may not be received twice is not sent twice", async () => {
  let count = 0;
  await using server = createTestServer((_, response) => {
    count += 1;
    response.destroy();
  });
  await server.start();
  const { client, repeatable } = createConnection(server.socket, () => Promise.resolve());
  await expect(client("rerun", { params: { id: "x" }, body: {} })).rejects.toThrow("broke");
  expect(count).toBe(1);
  await expect(repeatable("status")).rejects.toThrow("broke");
  expect(count).toBe(6);
});

test("an aborted request rejects as cancelled", async () => {
  await using server = createTestServer(() => undefined);
  await server.start();
  const control = new AbortController();
  const { present } = createConnection(server.socket, () => Promise.resolve());
  const asked = present("status", { signal: control.signal });
  await until(() => server.asked.length === 1);
  control.abort();
  await expect(asked).rejects.toMatchObject({ code: "cancelled" });
});
