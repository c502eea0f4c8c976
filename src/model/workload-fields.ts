import type { FieldPath } from "./workload-problem.ts";
import { workloadJsonSchema } from "./workload-json-schema.ts";

/** What the schema says of one place, as far as messages need it. */
interface Place {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Place>>;
  readonly additionalProperties?: Place | boolean;
  readonly items?: Place;
  readonly anyOf?: readonly Place[];
  readonly oneOf?: readonly Place[];
}

/** The schema as a map that messages consult: which fields are allowed where, and what they mean. */
export interface Fields {
  /** Fields allowed at a place. `kind` chooses among alternatives that differ by it. */
  allowed(path: FieldPath, kind: unknown): string[];
  /** Every field with a fixed name, with dots from the top. */
  readonly everywhere: readonly string[];
  description(path: FieldPath): string | undefined;
  /** The first example of the schema, as YAML would have it. */
  example(path: FieldPath): string | undefined;
}

export function workloadFields(): Fields {
  const root = workloadJsonSchema() as Place;
  const find = (path: FieldPath) => path.reduce<Place[]>(step, [root]);
  return {
    allowed(path, kind) {
      const places = find(path).flatMap(alternatives);
      const chosen = places.filter(({ properties }) => properties?.["kind"]?.const === kind);
      return namesOf(kind === undefined || chosen.length === 0 ? places : chosen);
    },
    everywhere: Object.entries(root.properties ?? {}).flatMap(([name, place]) => [
      name,
      ...namesOf(alternatives(place)).map((inner) => `${name}.${inner}`),
    ]),
    description: (path) => find(path).find(({ description }) => description)?.description,
    example(path) {
      const examples = find(path).flatMap((place) => place.examples ?? []);
      return examples.length === 0 ? undefined : asYaml(examples[0]);
    },
  };
}

function step(places: Place[], part: string | number): Place[] {
  return places.flatMap(alternatives).flatMap((place) => {
    if (typeof part === "number") return place.items ?? [];
    const { properties = {}, additionalProperties } = place;
    const fixed = Object.hasOwn(properties, part) ? properties[part] : undefined;
    return fixed ?? (typeof additionalProperties === "object" ? additionalProperties : []);
  });
}

function alternatives(place: Place): Place[] {
  return [place, ...(place.anyOf ?? []), ...(place.oneOf ?? [])];
}

function namesOf(places: readonly Place[]): string[] {
  return [...new Set(places.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

/** Flow style with plain names: `{ kind: "threads" }`. */
function asYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asYaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${asYaml(member)}`);
  return `{ ${members.join(", ")} }`;
}
