/** Every failure that Aloft itself explains, with what HTTP and a shell say for it. */
export const errorCodes = {
  /** What the user wrote cannot be right; nothing was changed. */
  "bad-input": { http: 400, exit: 2 },
  "not-found": { http: 404, exit: 3 },
  /** Understood, and not possible here: a level is missing, no candidate is feasible. */
  refused: { http: 422, exit: 4 },
  /** The present state forbids it: the run has ended, the name is taken. */
  conflict: { http: 409, exit: 5 },
  /** No server answers, or a program that Aloft needs does not. */
  unavailable: { http: 503, exit: 6 },
  "disk-full": { http: 507, exit: 7 },
  /** A program that Aloft called failed: a download, a build step, a mount. */
  failed: { http: 502, exit: 1 },
  cancelled: { http: 499, exit: 130 },
  internal: { http: 500, exit: 70 },
} as const satisfies Record<string, { http: number; exit: number }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorExtras {
  /** What the reader can do about it, as a sentence or a command. */
  hint?: string | undefined;
  /** Whether the same call may succeed later without any change. */
  retry?: "never" | "later";
  /** Plain data for programs: the place, the found value, the expected one. */
  details?: unknown;
  cause?: unknown;
}

/** The only error that crosses a part's border. `message` is one sentence without the remedy. */
export class AloftError extends Error {
  override readonly name = "AloftError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retry: "never" | "later";
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.hint = extras.hint;
    this.retry = extras.retry ?? "never";
    this.details = extras.details;
  }
}

/** The `AloftError` for anything that was thrown; what is not ours already becomes `internal`. */
export function asAloftError(thrown: unknown): AloftError {
  if (thrown instanceof AloftError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === "ENOSPC")
    return new AloftError("disk-full", message, { cause: thrown, retry: "later" });
  return new AloftError("internal", message, { cause: thrown });
}
