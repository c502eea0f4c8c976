import { AloftError } from "../../base/errors.ts";
import { dropped, TemporaryFailure, type Web } from "./web.ts";

/** A place in one state of a file. */
export interface Position {
  readonly offset: number;
  /** A strong entity tag or a date of change: what tells this state from others. `null` where the server tells none. */
  readonly validator: string | null;
}

/** The file is no longer the one whose first bytes were read, or the server cannot tell: it has to be read anew. */
export class FileChanged extends Error {}

export interface DownloadRequest {
  readonly url: string;
  readonly from: Position;
  readonly signal: AbortSignal;
  /** Told with every response, before its first byte. */
  readonly onValidator: (validator: string | null) => void;
}

/**
 * The bytes of a file from a position to its end. A dropped connection is continued where it broke, with `Range` and
 * `If-Range` (RFC 9110, sections 13.1.5 and 14.2), without repeating a byte. Throws `FileChanged` where that cannot be done,
 * `unavailable` after the deadline, `failed` for a refusal.
 */
export async function* download(web: Web, request: DownloadRequest): AsyncGenerator<Uint8Array> {
  let { offset, validator } = request.from;
  for (;;) {
    try {
      const body = await openAt(web, request, { offset, validator });
      validator = body.validator;
      request.onValidator(validator);
      for await (const chunk of chunksOf(body, request)) {
        offset += chunk.length;
        web.patience.reset();
        yield chunk;
      }
      if (body.end !== null && offset < body.end) throw cutOff(request.url);
      return;
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) throw error;
      await web.patience.wait(error.failure);
    }
  }
}

interface Body {
  readonly stream: ReadableStream<Uint8Array>;
  /** Bytes to leave out before the wanted ones. */
  readonly skip: number;
  /** Length of the whole file, where told. */
  readonly end: number | null;
  readonly validator: string | null;
}

async function openAt(web: Web, { url }: DownloadRequest, from: Position): Promise<Body> {
  if (from.offset > 0 && from.validator === null) throw new FileChanged();
  const response = await web.open(url, rangeHeaders(from));
  const validator = validatorOf(response);
  if (response.status === 206) return partOf(url, response, from);
  if (response.status === 416) throw new FileChanged();
  if (!response.ok || response.body === null) throw await web.refusal(url, response);
  if (from.offset > 0 && validator !== from.validator) {
    await response.body.cancel();
    throw new FileChanged();
  }
  const end = lengthOf(response);
  if (end === null && !tellsItsEnd(response)) {
    await response.body.cancel();
    throw new AloftError("failed", `${new URL(url).host} does not tell how long the file is`, {
      hint: "half of it would look like the whole: use an endpoint that sends Content-Length",
    });
  }
  return { stream: response.body, skip: from.offset, end, validator };
}

/** Identity: offsets count bytes of the file, not of a compressed copy. */
function rangeHeaders({ offset, validator }: Position): Record<string, string> {
  const plain = { "accept-encoding": "identity" };
  if (offset === 0 || validator === null) return plain;
  return { ...plain, range: `bytes=${offset}-`, "if-range": validator };
}

function partOf(url: string, response: Response, from: Position): Body {
  const told = response.headers.get("content-range") ?? "";
  const [, start = "", total = ""] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(told) ?? [];
  if (Number(start) !== from.offset || start === "" || response.body === null)
    throw new AloftError("failed", `${new URL(url).host} answers with another part of the file`);
  const end = total === "*" ? null : Number(total);
  return { stream: response.body, skip: 0, end, validator: from.validator };
}

/** A weak tag does not promise equal bytes, and `If-Range` does not take it. */
function validatorOf(response: Response): string | null {
  if (isCompressed(response)) return null;
  const tag = response.headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return response.headers.get("last-modified");
}

function lengthOf(response: Response): number | null {
  const length = response.headers.get("content-length");
  return length === null || isCompressed(response) ? null : Number(length);
}

/** Chunks have an end of their own; a compressed body is checked against its length before it is unpacked. */
function tellsItsEnd(response: Response): boolean {
  return response.headers.has("transfer-encoding") || response.headers.has("content-length");
}

function isCompressed(response: Response): boolean {
  return (response.headers.get("content-encoding") ?? "identity") !== "identity";
}

async function* chunksOf({ stream, skip }: Body, { url, signal }: DownloadRequest) {
  let left = skip;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw dropped(url, error, signal);
      });
      if (done) return;
      const wanted = value.subarray(Math.min(left, value.length));
      left -= value.length - wanted.length;
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function cutOff(url: string): TemporaryFailure {
  return new TemporaryFailure({ url, reason: "the answer ends early" });
}
