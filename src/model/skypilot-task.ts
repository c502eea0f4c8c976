import type { Answer } from "./sbatch-values.ts";
import {
  badName,
  resourceFields,
  secret,
  type SkyField,
  taskFields,
  variable,
} from "./skypilot-fields.ts";
import { mount, workdir } from "./skypilot-mounts.ts";
import type { SkyRequest } from "./skypilot-request.ts";
import type { FieldPath } from "./workload-problem.ts";
import { nearest } from "./workload-suggestion.ts";

/** What is to be said of one place of a task. */
export interface Remark {
  readonly path: FieldPath;
  readonly answer: NonNullable<Answer>;
  readonly suggestion?: string;
}

export interface SkyTask {
  readonly request: SkyRequest;
  readonly remarks: readonly Remark[];
  /** Where each member of `resources` was taken from. */
  readonly places: ReadonlyMap<string, FieldPath>;
}

export interface TaskContext {
  /** Variables that the command line gives. */
  readonly given: Readonly<Record<string, string>>;
  /** The command line names an image. */
  readonly imaged: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Understands the members of a task. What is absent or null counts as not said, as with SkyPilot. */
export function readTask(task: Fields, { given, imaged }: TaskContext): SkyTask {
  const remarks: Remark[] = [];
  const places = new Map<string, FieldPath>();
  const request: SkyRequest = { env: { ...given }, mounts: [] };
  const names = new Set(Object.keys(given));
  const say = (path: FieldPath, answer: Answer) => {
    if (answer) remarks.push({ path, answer });
  };

  function fields(path: FieldPath, value: unknown): [string, unknown][] {
    if (value === undefined || value === null) return [];
    if (typeof value === "object" && !Array.isArray(value)) return Object.entries(value);
    say(path, { wrong: "this is no group of fields; expected names with a value each" });
    return [];
  }

  function variables(group: string, take: (name: string, value: unknown) => Answer): void {
    for (const [name, value] of fields([group], task[group]))
      say([group, name], /^[A-Za-z_]\w*$/.test(name) ? take(name, value) : badName(name));
  }

  function take(path: FieldPath, value: unknown, table: Readonly<Record<string, SkyField>>): void {
    const name = String(path.at(-1));
    if (value === null || name.startsWith("_")) return;
    const field = Object.hasOwn(table, name) ? table[name] : undefined;
    if (field) say(path, field(value, request));
    else remarks.push(unknown(path, Object.keys(table)));
  }

  function readResources(): void {
    const own = fields(["resources"], task["resources"]);
    const merged = new Map<string, [FieldPath, unknown]>();
    for (const [name, value] of own)
      if (!isAlternatives(name)) merged.set(name, [["resources", name], value]);
    const groups = own.filter(([name, value]) => isAlternatives(name) && value !== null);
    for (const [group, value] of groups.slice(0, 1)) {
      const path = ["resources", group];
      say(path, alternatives(value));
      const first: unknown = Array.isArray(value) ? value[0] : undefined;
      for (const [name, member] of fields([...path, 0], first))
        merged.set(name, [[...path, 0, name], member]);
    }
    for (const [group] of groups.slice(1))
      say(["resources", group], { wrong: "any_of and ordered exclude each other; keep one" });
    for (const [name, [path, value]] of merged) {
      places.set(name, path);
      take(path, value, resourceFields);
    }
  }

  variables("envs", (name, value) => variable(name, value, { env: request.env, given: names }));
  if (Array.isArray(task["secrets"]))
    for (const [index, name] of task["secrets"].entries())
      say(["secrets", index], secret(String(name), "", names));
  else variables("secrets", (name, value) => secret(name, value, names));
  readResources();
  if (task["workdir"] !== undefined && task["workdir"] !== null)
    say(["workdir"], workdir(task["workdir"], request));
  const context = { request, imaged: imaged || request.image !== undefined };
  for (const [target, value] of fields(["file_mounts"], task["file_mounts"]))
    say(["file_mounts", target], mount(target, value, context));
  for (const [name, value] of Object.entries(task))
    if (!groups.has(name)) take([name], value, taskFields);
  return { request, remarks, places };
}

/** Members of a task that are not single values. */
const groups = new Set(["envs", "secrets", "resources", "workdir", "file_mounts"]);

function isAlternatives(name: string): boolean {
  return name === "any_of" || name === "ordered";
}

function alternatives(value: unknown): Answer {
  if (!Array.isArray(value) || value.length === 0)
    return { wrong: "this is no list of alternatives; expected one or more, each of them fields" };
  if (value.length === 1) return undefined;
  return {
    notice: `sizes are those of the first of ${value.length}; the plan compares every place, in its own order`,
  };
}

function unknown(path: FieldPath, allowed: readonly string[]): Remark {
  const name = String(path.at(-1));
  const all = path.length === 1 ? [...allowed, ...groups] : [...allowed, "any_of", "ordered"];
  const suggestion = nearest(name, all);
  const meant =
    suggestion === undefined ? "SkyPilot has none of that name" : `did you mean "${suggestion}"?`;
  const answer = { wrong: `unknown field in a SkyPilot task; ${meant}` };
  return { path, answer, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** Members that a workload of ours has too: they tell neither from the other. */
const shared = new Set(["name", "workdir", "resources", "inputs", "outputs", "cpus", "memory"]);

/** Whether this is a task of SkyPilot: it has no command, no field of ours alone, and one of SkyPilot's. */
export function isSkyTask(value: unknown, ownFields: readonly string[]): value is Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (ownFields.some((name) => !shared.has(name) && Object.hasOwn(value, name))) return false;
  const fields = new Map(Object.entries(value));
  const inside: unknown = fields.get("resources");
  const resources = typeof inside === "object" && inside !== null ? Object.keys(inside) : [];
  return (
    [...fields.keys()].some((name) =>
      isOf(name, { ...taskFields, envs: 0, secrets: 0, file_mounts: 0 }),
    ) || resources.some((name) => isAlternatives(name) || isOf(name, resourceFields))
  );
}

function isOf(name: string, table: object): boolean {
  return !shared.has(name) && Object.hasOwn(table, name);
}
