import { AloftError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/durations.ts";
import { shownUrl } from "./shown-url.ts";
import type { Waiting } from "./price-source.ts";

/** An attempt that failed in a way that passes: it may succeed later. */
export interface Failure {
  readonly url: string;
  readonly reason: string;
  /** Seconds that the server asked us to wait. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

export interface Patience {
  /** Returns when it is time for the next attempt. Throws `unavailable` where that would be after the deadline. */
  wait(failure: Failure): Promise<void>;
  /** Something arrived: deadline and delays start anew. */
  reset(): void;
}

export interface PatienceOptions {
  readonly clock: Clock;
  readonly sleep: (seconds: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long nothing may arrive. */
  readonly deadlineSeconds: number;
  readonly signal: AbortSignal;
  readonly onWait?: ((waiting: Waiting) => void) | undefined;
}

const longestDelay = 60;

/** Exponential back-off with jitter: 1, 2, 4, … seconds up to a minute, each between half of it and the whole. */
export function createPatience(options: PatienceOptions): Patience {
  const { clock, sleep, random, deadlineSeconds, signal } = options;
  let attempt = 0;
  let since: number | undefined;
  return {
    async wait(failure) {
      since ??= clock.elapsed();
      const delay = Math.min(longestDelay, 2 ** attempt) * (0.5 + random() / 2);
      attempt += 1;
      const seconds = Math.max(delay, failure.retryAfter ?? 0);
      if (clock.elapsed() + seconds > since + deadlineSeconds)
        throw givenUp(failure, deadlineSeconds);
      const { reason } = failure;
      options.onWait?.({ url: shownUrl(failure.url), reason, seconds });
      await sleep(seconds, signal);
    },
    reset() {
      attempt = 0;
      since = undefined;
    },
  };
}

function givenUp({ url, reason, retryAfter, cause }: Failure, deadlineSeconds: number): AloftError {
  const asked = retryAfter ?? 0;
  return new AloftError("unavailable", `${shownUrl(url)} cannot be read: ${reason}`, {
    hint:
      asked > deadlineSeconds
        ? `it asks to be left alone for ${formatDuration(asked)}; resume the update then`
        : "check the network, and resume the update later",
    retry: "later",
    cause,
  });
}

/** Seconds in a `Retry-After` (RFC 9110, section 10.2.3): a number or a date. `undefined` where it is neither. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header) / 1000;
  return Number.isFinite(date) ? Math.max(0, date - now) : undefined;
}
