import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { Offer } from "../../model/offer.ts";
import type { PriceRequest, PriceSource, Progress, ShapeFacts } from "./price-source.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface PriceServer extends AsyncDisposable {
  readonly url: string;
  /** Path and query of every request so far. */
  readonly paths: string[];
}

/** A real server on this machine that speaks a provider's format. */
export async function startServer(handler: Handler): Promise<PriceServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(decodeURIComponent(request.url ?? ""));
    handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    paths,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function sendJson(response: ServerResponse, body: unknown): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}

/** A file with an entity tag that can be read in parts. `dropAfter` bytes of this answer the connection breaks. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: { readonly body: Buffer; readonly etag: string; readonly dropAfter?: number | undefined },
): void {
  const { body, etag, dropAfter } = file;
  const [, wanted] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const isPart = wanted !== undefined && request.headers["if-range"] === etag;
  const start = isPart ? Number(wanted) : 0;
  const rest = body.subarray(start);
  if (isPart) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${start}-${body.length - 1}/${body.length}`);
  }
  response.setHeader("etag", etag);
  response.setHeader("content-length", rest.length);
  if (dropAfter === undefined) response.end(rest);
  else response.write(rest.subarray(0, dropAfter), () => response.destroy());
}

export interface VirtualTime {
  readonly clock: Clock;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly random: () => number;
  readonly pauses: number[];
}

/** Time that passes only in pauses, each of which is kept. It starts on 2026-10-01. */
export function virtualTime(): VirtualTime {
  const start = Date.parse("2026-10-01T12:00:00Z") / 1000;
  const pauses: number[] = [];
  const passed = () => pauses.reduce((sum, seconds) => sum + seconds, 0);
  return {
    pauses,
    clock: { now: () => start + passed(), elapsed: passed },
    sleep: async (seconds) => {
      pauses.push(seconds);
    },
    random: () => 0.5,
  };
}

export interface Outcome {
  readonly offers: Offer[];
  readonly progress: Progress[];
  readonly incomplete: string[];
  readonly waits: string[];
  /** What ended the update, if something did. */
  readonly error: unknown;
}

/** Runs an update and keeps all that it tells. */
export async function runUpdate(
  source: PriceSource,
  request: Partial<PriceRequest> & { readonly endpoint: string },
): Promise<Outcome> {
  const offers: Offer[] = [];
  const progress: Progress[] = [];
  const incomplete: string[] = [];
  const waits: string[] = [];
  let error: unknown;
  try {
    const updating = source.update({
      regions: [],
      signal: new AbortController().signal,
      onIncomplete: ({ region, shape, reason }) => incomplete.push(`${region}/${shape}: ${reason}`),
      onWait: ({ reason, seconds }) => waits.push(`${reason}, ${seconds} s`),
      ...request,
      async onProgress(one) {
        progress.push(one);
        await request.onProgress?.(one);
      },
    });
    for await (const offer of updating) offers.push(offer);
  } catch (thrown) {
    error = thrown;
  }
  return { offers, progress, incomplete, waits, error };
}

export const someFacts: ShapeFacts = {
  architecture: "x64",
  cpus: 4,
  cpuKind: "thread",
  clockHz: null,
  memoryBytes: 16 * 1024 ** 3,
  accelerators: null,
  diskBytes: 0,
  networkBitsPerSecond: 10e9,
  rdma: false,
  bareMetal: false,
  rates: { coremark: 100_000 },
  billing: { granularitySeconds: 1, minimumSeconds: 60 },
};
