import * as z from "zod";
import { parseBytes } from "../base/bytes.ts";
import { parseDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";

function parsed(parse: (text: string) => number) {
  return (value: number | string, context: z.RefinementCtx): number => {
    try {
      const result = typeof value === "number" ? value : parse(value);
      if (result > 0) return result;
      context.addIssue({ code: "custom", message: "must be more than zero", input: value });
    } catch (error) {
      const hint = error instanceof AloftError ? `: ${error.hint}` : "";
      context.addIssue({
        code: "custom",
        message: `${(error as Error).message}${hint}`,
        input: value,
      });
    }
    return z.NEVER;
  };
}

/** Bytes as people write them: a number, or text such as "16 GiB". */
export const Bytes = z.union([z.number(), z.string()]).transform(parsed(parseBytes));

/** Seconds as people write them: a number, or text such as "1h30m" or "01:30:00". */
export const Seconds = z.union([z.number(), z.string()]).transform(parsed(parseDuration));
