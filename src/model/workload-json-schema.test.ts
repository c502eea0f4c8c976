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
  const nested = ["resources", "profile", "objective"].flatMap((name) => membersOf(name));
  const all = [...Object.entries(properties), ...nested];
  expect(all.flatMap(([name, { description }]) => (description ? [] : name))).toEqual([]);
});

test("has examples that are valid", () => {
  const { properties = {} } = workloadJsonSchema() as Node;
  expect(new Map(membersOf("resources")).get("memory")?.examples).toEqual(["16 GiB"]);
  for (const [name, { examples = [] }] of Object.entries(properties))
    for (const example of examples) Workload.parse({ command: "x", [name]: example });
  for (const group of ["resources", "profile", "objective"])
    for (const [name, { examples = [] }] of membersOf(group))
      for (const example of examples)
        Workload.parse({ command: "x", [group]: { [name]: example } });
});

function membersOf(name: string): [string, Node][] {
  const { properties = {} } = workloadJsonSchema() as Node;
  const members = Object.entries(properties[name]?.properties ?? {});
  expect(members.length).toBeGreaterThan(3);
  return members;
}
