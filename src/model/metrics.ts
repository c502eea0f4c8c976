import type * as z from "zod";
import type { Metric } from "./workload.ts";

/**
 * The number that a metric finds in the text of an output: the last match of its regular expression (first group, else the
 * whole), or the value at its JSON path. `null` where there is none.
 */
export function readMetric(metric: z.infer<typeof Metric>, text: string): number | null {
  const found =
    metric.regex === undefined ? atPath(text, metric.json ?? "$") : lastMatch(metric.regex, text);
  if (found === null || found === undefined || found === "") return null;
  const value = Number(found);
  return Number.isFinite(value) ? value : null;
}

function lastMatch(pattern: string, text: string): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(new RegExp(pattern, "gm"))) last = match[1] ?? match[0];
  return last?.trim();
}

/** `$.a.b[0]`, `a.b.0` or `$['a b']`, as far as a single value needs RFC 9535. */
function atPath(text: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const match of path
    .replace(/^\$/, "")
    .matchAll(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]|\.?([^.[\]]+)/g)) {
    const key = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "number" || typeof value === "string" ? value : null;
}
