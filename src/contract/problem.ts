import type { ErrorCode } from "../base/errors.ts";

/** An error as HTTP carries it: RFC 9457 `application/problem+json`, with our members beside its own. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly hint?: string | undefined;
  readonly retry: "never" | "later";
  readonly details?: unknown;
}
