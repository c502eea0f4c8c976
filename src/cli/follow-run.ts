import { fillPath, streamRoute } from "../contract/routes.ts";
import { AloftError } from "../base/errors.ts";
import type { Run } from "../model/run.ts";
import type { Connection } from "./connection.ts";
import { hasEnded } from "./run-states.ts";
import { isLost } from "./transport.ts";

export type StreamName = "stdout" | "stderr";

/** How long the server may hold one question, in seconds. */
const waitSeconds = 25;
/** Broken connections in a row, without a byte in between, before giving up. */
const breaks = 20;

/**
 * The run when it has ended, through restarts of the server. `onLook` is called with the run as it is each `every`
 * seconds.
 */
export async function waitForRun(
  connection: Connection,
  id: string,
  options: {
    readonly signal?: AbortSignal;
    readonly every?: number;
    readonly onLook?: (run: Run) => void;
  } = {},
): Promise<Run> {
  const seconds = options.every ?? waitSeconds;
  for (;;) {
    const asked = performance.now();
    const run = await connection.repeatable("waitRun", {
      params: { id },
      query: { seconds: String(seconds) },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (hasEnded(run.state)) return run;
    options.onLook?.(run);
    // A server that is told to end answers every waiting client at once: starting it again would be rude.
    if (performance.now() - asked < seconds * 500) throw await stopped(connection, run);
  }
}

async function stopped(connection: Connection, { id }: Run): Promise<AloftError> {
  const hint = `the run goes on without it; \`aloft wait ${id}\` starts Aloft again and takes up`;
  return connection.present("status").then(
    () => new AloftError("unavailable", "Aloft is being stopped", { hint, retry: "later" }),
    (cause: unknown) => new AloftError("unavailable", "Aloft was stopped", { hint, cause }),
  );
}

/**
 * All bytes of a stream of a run until the run has ended. Connections that break, and servers that come back, go
 * unnoticed: it goes on at the byte where it was.
 */
export async function* followStream(
  connection: Connection,
  request: {
    readonly id: string;
    readonly stream: StreamName;
    readonly signal: AbortSignal;
    /** When the run has ended; the stream is complete where it was read to its end after that. */
    readonly ended: Promise<unknown>;
  },
): AsyncGenerator<Buffer> {
  const { signal } = request;
  let over = false;
  const ended = noteEnd();
  // Its rejection is seen where it is awaited below, or by whoever made it.
  ended.catch(() => undefined);
  async function noteEnd(): Promise<void> {
    await request.ended;
    over = true;
  }

  let position = 0;
  let broken = 0;
  for (;;) {
    const last = over;
    try {
      for await (const chunk of connection.stream(streamRequest(request, position, true))) {
        position += chunk.length;
        broken = 0;
        yield chunk;
      }
      if (last) return;
      // The server ends a stream when the run has ended, or when it is told to end itself.
      await ended;
    } catch (error) {
      broken += 1;
      if (!isLost(error) || signal.aborted || broken > breaks) throw error;
    }
  }
}

/** The bytes that a stream has now. */
export function readStream(
  connection: Connection,
  request: { readonly id: string; readonly stream: StreamName; readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  return connection.stream(streamRequest(request, 0, false));
}

function streamRequest(
  {
    id,
    stream,
    signal,
  }: { readonly id: string; readonly stream: StreamName; readonly signal: AbortSignal },
  from: number,
  follow: boolean,
) {
  const path = fillPath(streamRoute, { id, stream });
  return { method: "GET", path: `${path}?follow=${follow}&from=${from}`, body: undefined, signal };
}
