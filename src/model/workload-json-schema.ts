import * as z from "zod";
import { Workload } from "./workload.ts";

/** The JSON Schema (draft 2020-12) of what users write, for editors. */
export function workloadJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(Workload, {
    io: "input",
    override: restoreExamples,
  });
  return {
    $schema,
    title: "Aloft workload",
    description: "A computation: what to run, from which image, with which resources",
    examples: [{ command: "./solve beam.inp" }],
    ...schema,
  };
}

/** Zod leaves out the examples of what it transforms, as they could be outputs; ours are inputs. */
function restoreExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const examples = z.globalRegistry.get(zodSchema)?.examples;
  if (Array.isArray(examples)) jsonSchema.examples = examples;
}
