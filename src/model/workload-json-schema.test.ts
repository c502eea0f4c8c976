import { expect, test } from "vitest";
import { workloadJsonSchema } from "./workload-json-schema.ts";
import { Workload } from "./workload.ts";

interface Node {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Record<string, Node>;
}

test("is draft 2020-12, requires a command alone and allows nothing unknown", () => {
  expect(workloadJsonSchema()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Aloft workload",
    type: "object",
    required: ["command"],
    additionalProperties: false,
  });
});

test("explains every field to an editor", () => {
  const { properties = {} } = workloadJsonSchema() as Node;
  const nested = Object.entries(properties["resources"]?.properties ?? {});
  const all = [...Object.entries(properties), ...nested];
  expect(all.flatMap(([name, { description }]) => (description ? [] : name))).toEqual([]);
});

test("has examples that are valid", () => {
  const { properties = {} } = workloadJsonSchema() as Node;
  const resources = properties["resources"]?.properties ?? {};
  expect(resources["memory"]?.examples).toEqual(["16 GiB"]);
  for (const [name, { examples = [] }] of Object.entries(properties))
    for (const example of examples) Workload.parse({ command: "x", [name]: example });
  for (const [name, { examples = [] }] of Object.entries(resources))
    for (const example of examples)
      Workload.parse({ command: "x", resources: { [name]: example } });
});
