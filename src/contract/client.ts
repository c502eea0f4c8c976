import type * as z from "zod";
import { AloftError } from "../base/errors.ts";
import type { Operations } from "./operations.ts";
import type { Problem } from "./problem.ts";
import { fillPath, type OperationName, routes } from "./routes.ts";

export interface TransportRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Carries one request to the server. Rejects with `unavailable` where none answers. */
export type Transport = (request: TransportRequest) => Promise<{ status: number; body: string }>;

type Part<Name extends OperationName, Key extends "params" | "query" | "body"> = z.input<
  Operations[Name][Key]
>;

export interface Call<Name extends OperationName> {
  readonly params?: Part<Name, "params">;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Part<Name, "body">;
  readonly signal?: AbortSignal;
}

export type Answer<Name extends OperationName> = z.infer<Operations[Name]["output"]>;

/** The API as functions: `client("getRun", { params: { id } })`. Throws the server's error as it was. */
export type Client = <Name extends OperationName>(
  name: Name,
  call?: Call<Name>,
) => Promise<Answer<Name>>;

export function createClient(transport: Transport): Client {
  return async (name, call = {}) => {
    const { method, path } = routes[name];
    const query = new URLSearchParams(call.query).toString();
    const response = await transport({
      method,
      path: fillPath(path, call.params ?? {}) + (query ? `?${query}` : ""),
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      signal: call.signal,
    });
    const answer: unknown = JSON.parse(response.body);
    if (response.status >= 400) throw fromProblem(answer as Problem);
    return answer as Answer<typeof name>;
  };
}

export function fromProblem(problem: Problem): AloftError {
  const { code, detail, hint, retry, details } = problem;
  return new AloftError(code, detail, { hint, retry, details });
}
