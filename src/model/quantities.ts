import * as z from "zod";
import { parseBytes } from "../base/bytes.ts";
import { parseDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";

function parsed(parse: (text: string) => number) {
  return (value: number | string, context: z.RefinementCtx): number => {
    try {
      const result = typeof value === "number" ? value : parse(value);
      if (result > 0 && result <= Number.MAX_SAFE_INTEGER) return result;
      const message = result > 0 ? `${value} is too much` : `${value} is not more than zero`;
      context.addIssue({ code: "custom", message, input: value });
    } catch (error) {
      if (!(error instanceof AloftError)) throw error;
      const message = `${error.message}: ${error.hint}`;
      context.addIssue({ code: "custom", message, input: value });
    }
    return z.NEVER;
  };
}

/** Bytes as people write them: a number, or text such as "16 GiB". A part of a byte is rounded up. */
export const Bytes = z
  .union([z.number(), z.string()])
  .transform(parsed(parseBytes))
  .transform(Math.ceil);

/** Seconds as people write them: a number, or text such as "1h30m" or "01:30:00". */
export const Seconds = z.union([z.number(), z.string()]).transform(parsed(parseDuration));
