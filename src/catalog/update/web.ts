import { setTimeout as pause } from "node:timers/promises";
import type * as z from "zod";
import { systemClock, type Clock } from "../../base/clock.ts";
import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";
import { createPatience, type Failure, parseRetryAfter, type Patience } from "./patience.ts";
import type { PriceRequest } from "./price-source.ts";
import { shownUrl } from "./shown-url.ts";

/** The outside world of an update. All have the real thing as default. */
export interface Connection {
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Rejects when the signal is aborted. */
  readonly sleep?: ((seconds: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** In [0, 1): jitter of the pauses. */
  readonly random?: (() => number) | undefined;
  /** How long nothing may arrive before the update gives up. 300 by default. */
  readonly deadlineSeconds?: number | undefined;
}

/** An attempt failed in a way that passes. Never leaves this folder's readers. */
export class TemporaryFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export interface WebOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Never shown, whatever a server answers. A redirect would carry it elsewhere, so none is followed. */
  readonly secret?: string;
}

export interface Web {
  readonly patience: Patience;
  /** ISO time. */
  now(): string;
  /** Bytes of all bodies read by `text`. */
  readonly bytes: number;
  /** One attempt. Any status below 500 but 408 and 429 is the caller's to judge. Throws `TemporaryFailure`. */
  open(url: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** A whole body of a success, after as many attempts as the deadline allows. */
  text(url: string): Promise<string>;
  /** `failed` for a status that will not pass, with what the server says. */
  refusal(url: string, response: Response): Promise<AloftError>;
}

/** Requests of one update: retried, cancelled by its signal, and without secrets in what they throw. */
export function createWeb(
  connection: Connection,
  request: Pick<PriceRequest, "signal" | "onWait">,
  options: WebOptions = {},
): Web {
  const clock = connection.clock ?? systemClock;
  const { signal, onWait } = request;
  const patience = createPatience({
    clock,
    sleep: cancellable(connection.sleep ?? sleepReally),
    random: connection.random ?? Math.random,
    deadlineSeconds: connection.deadlineSeconds ?? 300,
    signal,
    onWait,
  });
  let bytes = 0;

  async function open(url: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await reach(connection.fetch ?? fetch, url, {
      headers: { ...options.headers, ...headers },
      redirect: options.secret === undefined ? "follow" : "error",
      signal,
    });
    if (response.status < 500 && ![408, 429].includes(response.status)) return response;
    await response.body?.cancel();
    const retryAfter = parseRetryAfter(response.headers.get("retry-after"), clock.now());
    throw new TemporaryFailure({ url, reason: `HTTP ${response.status}`, retryAfter });
  }

  async function refusal(url: string, response: Response) {
    const said = await response.text().catch(() => "");
    return new AloftError("failed", `${shownUrl(url)}: HTTP ${response.status}${told(said)}`, {
      details: { status: response.status },
    });
  }

  function told(body: string): string {
    const text = explanation(body).replaceAll(options.secret || "\0", "…");
    return text === "" ? "" : `, ${shown(text)}`;
  }

  return {
    patience,
    now: () => new Date(clock.now() * 1000).toISOString(),
    get bytes() {
      return bytes;
    },
    open,
    refusal,
    text: (url) =>
      untilDone(patience, async () => {
        const response = await open(url);
        if (!response.ok) throw await refusal(url, response);
        const text = await response.text().catch((error: unknown) => {
          throw dropped(url, error, signal);
        });
        patience.reset();
        bytes += Buffer.byteLength(text);
        return text;
      }),
  };
}

/** Repeats an attempt while its failures may pass and the patience lasts. */
async function untilDone<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) throw error;
      await patience.wait(error.failure);
    }
  }
}

async function reach(
  send: typeof fetch,
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  try {
    return await send(url, init);
  } catch (error) {
    throw dropped(url, error, init.signal);
  }
}

/** What a connection that failed or broke off means. Without `signal` aborted and with sound certificates it may pass. */
export function dropped(url: string, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted) return cancelled(error);
  const reason = networkReason(error);
  if (/CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|unexpected redirect/.test(reason))
    return new AloftError("failed", `${shownUrl(url)} cannot be read: ${reason}`, { cause: error });
  return new TemporaryFailure({ url, reason, cause: error });
}

/** undici tells what happened in the cause: a code such as ECONNRESET, or a sentence. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return "the connection failed";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

function cancelled(cause: unknown): AloftError {
  return new AloftError("cancelled", "the update was cancelled", { cause });
}

function cancellable(sleep: (seconds: number, signal: AbortSignal) => Promise<void>) {
  return async (seconds: number, signal: AbortSignal): Promise<void> => {
    await sleep(seconds, signal).catch((error: unknown) => {
      throw signal.aborted ? cancelled(error) : error;
    });
    if (signal.aborted) throw cancelled(signal.reason);
  };
}

function sleepReally(seconds: number, signal: AbortSignal): Promise<void> {
  return pause(seconds * 1000, undefined, { signal });
}

/** A sentence of a JSON error, as Google and Azure send it; nothing of a page of HTML or XML. */
function explanation(body: string): string {
  return /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/i.exec(body)?.[1] ?? "";
}

/** A body as `schema` has it. Throws `failed` with the address and the place in the body. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  url: string,
): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: it repeats a piece of the answer.
    throw malformed(url, text.trim() === "" ? "it is empty" : "it is not whole JSON");
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw malformed(
    url,
    `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "unexpected"}`,
  );
}

/** `failed`: an answer that is not what the provider's documentation describes. */
export function malformed(url: string, what: string): AloftError {
  return new AloftError("failed", `${shownUrl(url)} is no price list: ${what}`, {
    hint: "nothing was changed; try again later, and if it stays so the provider has changed its format",
    retry: "later",
  });
}
