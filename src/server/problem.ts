import type * as z from "zod";
import { AloftError, asAloftError, errorCodes } from "../base/errors.ts";
import type { Problem } from "../contract/problem.ts";

/** What a client is told. An internal error's own words stay in the server's log: they may hold paths or secrets. */
export function toProblem(thrown: unknown): Problem {
  const { code, message, hint, retry, details } = asAloftError(thrown);
  return {
    type: `urn:aloft:${code}`,
    title: code,
    status: errorCodes[code].http,
    detail: code === "internal" ? `Aloft failed: ${message}` : message,
    code,
    hint: code === "internal" ? "`aloft status` names the server's log" : hint,
    retry,
    details,
  };
}

/** Parses what a request brought; throws `bad-input` that names each place. */
export function parsePart<T extends z.ZodType>(
  schema: T,
  value: unknown,
  part: string,
): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path, message }) => `${[part, ...path.map(String)].join(".")}: ${message}`,
  );
  throw new AloftError("bad-input", lines.join("\n"), {
    hint: "GET /v1/openapi.json describes every operation",
    details: result.error.issues,
  });
}
