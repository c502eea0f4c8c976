import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { CliHost, Output } from "./host.ts";

export type Handler = (
  request: { method: string; path: string; query: URLSearchParams; body: string },
  response: ServerResponse,
) => void | Promise<void>;

export interface TestServer extends AsyncDisposable {
  readonly socket: string;
  /** Everything that was asked, as `METHOD /path?query`. */
  readonly asked: readonly string[];
  start(): Promise<void>;
  /** As kill -9 does it: connections break where they are. */
  kill(): Promise<void>;
}

/** A server on a unix socket that speaks the contract as `handler` says; not listening yet. */
export function createTestServer(handler: Handler): TestServer {
  const folder = mkdtempSync(join(tmpdir(), "aloft-cli-"));
  const socket = join(folder, "s");
  const asked: string[] = [];
  let server: Server | undefined;
  let turn = Promise.resolve();

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://aloft");
    const { method = "GET" } = request;
    asked.push(`${method} ${url.pathname}${url.search}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    await handler({ method, path: url.pathname, query: url.searchParams, body }, response);
  }

  async function listen(): Promise<Server> {
    const made = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve) => {
      made.listen(socket, resolve);
    });
    return made;
  }

  /** Starts and kills come one after the other, whoever asks. */
  function next(step: () => Promise<void>): Promise<void> {
    turn = turn.then(step);
    return turn;
  }

  const start = (): Promise<void> =>
    next(async () => {
      server ??= await listen();
    });
  const kill = (): Promise<void> =>
    next(async () => {
      const old = server;
      server = undefined;
      if (!old) return;
      const closed = new Promise((resolve) => {
        old.close(resolve);
      });
      old.closeAllConnections();
      await closed;
      rmSync(socket, { force: true });
    });

  return {
    socket,
    asked,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export interface TestHost extends CliHost {
  readonly out: { text: string };
  readonly err: { text: string };
  /** As Ctrl-C does it. */
  interrupt(): void;
}

/** A host that keeps what is written to it. */
export function createTestHost(given: Partial<CliHost> = {}): TestHost {
  const out = { text: "" };
  const err = { text: "" };
  const handlers = new Set<() => void>();
  return {
    out,
    err,
    interrupt: () => handlers.forEach((handler) => handler()),
    stdin: { stream: Readable.from([]), terminal: false },
    stdout: keep(out),
    stderr: keep(err),
    version: "1.2.3",
    program: "/opt/aloft/main.js",
    cwd: tmpdir(),
    home: "/nowhere",
    socket: "/nowhere/s",
    env: {},
    setup: { uid: 12345, steps: [] },
    ensureServer: () => Promise.reject(new Error("no server is to be started here")),
    stopServer: () => Promise.resolve(false),
    serve: () => Promise.resolve(),
    confirm: () => Promise.resolve(false),
    onInterrupt(handler) {
      handlers.add(handler);
      return { [Symbol.dispose]: () => void handlers.delete(handler) };
    },
    ...given,
  };
}

function keep(kept: { text: string }): Output {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept.text += chunk.toString("utf8");
      done();
    },
  });
  return { stream, terminal: false, colour: false, columns: () => undefined };
}

/** Resolves when `holds`, looking often; rejects after ten seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("it did not come true in ten seconds");
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
