import type { IncomingMessage } from "node:http";
import { AloftError } from "../base/errors.ts";
import { fromProblem, type Transport, type TransportRequest } from "../contract/client.ts";
import type { Problem } from "../contract/problem.ts";
import { exchange } from "./exchange.ts";

export interface SocketTransport {
  readonly send: Transport;
  /** The bytes of an answer as they come. Throws where the connection breaks before its end. */
  readonly stream: (asked: TransportRequest) => AsyncGenerator<Buffer>;
}

/** HTTP over a unix socket, with a connection of its own for each request. */
export function createSocketTransport(socket: string): SocketTransport {
  return {
    async send(asked) {
      try {
        return await exchange(socket, asked);
      } catch (error) {
        throw translate(error, socket);
      }
    },
    async *stream(asked) {
      const response = await open(socket, asked);
      if ((response.statusCode ?? 0) >= 400)
        throw fromProblem(JSON.parse(await whole(socket, response)) as Problem);
      yield* bytes(socket, response);
    },
  };
}

async function open(socket: string, asked: TransportRequest): Promise<IncomingMessage> {
  // Not an import: that reads every export of `node:http`, one of which loads a WebSocket client. It costs 25 ms, this 2.
  const http = process.getBuiltinModule("node:http");
  const { method, path, body, signal } = asked;
  const content =
    body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const options = {
    socketPath: socket,
    method,
    path,
    agent: false,
    headers: { host: "aloft", ...content },
    ...(signal ? { signal } : {}),
  };
  try {
    return await new Promise((resolve, reject) => {
      const sent = http.request(options, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
  } catch (error) {
    throw translate(error, socket);
  }
}

async function* bytes(socket: string, response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw translate(error, socket);
  }
}

async function whole(socket: string, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes(socket, response)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Nothing listens: the request was surely not received. */
const nobody = new Set(["ENOENT", "ECONNREFUSED", "ENOTDIR"]);
const broken = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED"]);

/** What `isAbsent` and `isLost` recognise. Errors that the server itself sent never carry it. */
interface ConnectionDetails {
  readonly connection: "absent" | "lost";
}

function translate(error: unknown, socket: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (error.name === "AbortError")
    return new AloftError("cancelled", "interrupted", { cause: error });
  if (nobody.has(code))
    return new AloftError("unavailable", "Aloft is not running", {
      hint: "`aloft up` starts it",
      retry: "later",
      details: { connection: "absent" } satisfies ConnectionDetails,
      cause: error,
    });
  if (broken.has(code))
    return new AloftError("unavailable", "the connection to Aloft broke", {
      hint: "`aloft status` tells whether it runs; runs go on without it",
      retry: "later",
      details: { connection: "lost" } satisfies ConnectionDetails,
      cause: error,
    });
  if (code === "EACCES" || code === "EPERM")
    return new AloftError("unavailable", `${socket} may not be opened`, {
      hint: "it belongs to another user; ALOFT_HOME names a state folder of your own",
      cause: error,
    });
  return error;
}

function connection(error: unknown): string | undefined {
  if (!(error instanceof AloftError) || error.code !== "unavailable") return undefined;
  return (error.details as Partial<ConnectionDetails> | undefined)?.connection;
}

/** No server received the request. */
export function isAbsent(error: unknown): boolean {
  return connection(error) === "absent";
}

/** The server went away in the middle: whether it acted is unknown. */
export function isLost(error: unknown): boolean {
  return connection(error) === "lost";
}
