import * as z from "zod";
import { Seconds } from "./quantities.ts";

/** What the user cares about. The plan ranks by it unless its command line says otherwise; nothing here changes what runs. */
export const Objective = z.strictObject({
  minimise: z
    .enum(["time", "cost"])
    .optional()
    .meta({
      description:
        "What to rank places by. Default: cost where there is a deadline, else time to the result",
      examples: ["cost"],
    }),
  deadline: Seconds.optional().meta({
    description: "How long from the request to the result at the most",
    examples: ["8h"],
  }),
  budget: z
    .number()
    .positive()
    .optional()
    .meta({ description: "What it may cost at the most, in `currency`", examples: [25] }),
  currency: z
    .string()
    .regex(/^(?:[A-Z]{3}|SU)$/, "three capital letters (ISO 4217) or SU")
    .optional()
    .meta({
      description:
        "Of the budget and the plan: ISO 4217, or SU for service units of an allocation. Default: the plan's",
      examples: ["EUR"],
    }),
});
export type Objective = z.infer<typeof Objective>;
