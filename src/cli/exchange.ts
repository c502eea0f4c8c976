import type { TransportRequest } from "../contract/client.ts";

/** Not an import, which reads every export of a module of Node's; see transport.ts. */
const net = process.getBuiltinModule("node:net");

/**
 * One HTTP/1.1 request and its whole answer over a unix socket. Light commands do nothing else, and node:http would cost
 * them 10 ms more than a plain socket. Rejects with ECONNRESET where the answer is cut short.
 */
export async function exchange(
  socketPath: string,
  request: TransportRequest,
): Promise<{ status: number; body: string }> {
  const answer = await converse(socketPath, requestText(request), request.signal);
  const parsed = parseAnswer(answer);
  if (parsed) return parsed;
  throw Object.assign(new Error("the answer was cut short"), { code: "ECONNRESET" });
}

/** The server closes the connection after its answer, because it is asked to. */
function requestText({ method, path, body }: TransportRequest): string {
  const content =
    body === undefined
      ? []
      : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, "host: aloft", "connection: close", ...content];
  return `${head.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

function converse(path: string, text: string, signal: AbortSignal | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = net.connect({ path, ...(signal ? { signal } : {}) });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    // Only the write side of ours stays open: a half-closed request would look like a client that left.
    socket.write(text);
  });
}

/** Status and body of a complete answer (RFC 9112); `undefined` where something is missing. */
export function parseAnswer(answer: Buffer): { status: number; body: string } | undefined {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = answer.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  const header = (name: string): string | undefined =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const rest = answer.subarray(end + 4);
  const body = /chunked/i.test(header("transfer-encoding") ?? "")
    ? unchunked(rest)
    : sized(rest, header("content-length"));
  return body && status ? { status, body: body.toString("utf8") } : undefined;
}

function sized(rest: Buffer, length: string | undefined): Buffer | undefined {
  if (length === undefined) return rest;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function unchunked(rest: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = rest.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, line), 16);
    if (!(size >= 0) || line + 2 + size > rest.length) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(rest.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
