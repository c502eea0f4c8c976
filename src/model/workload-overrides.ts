import { parseBytes } from "../base/bytes.ts";
import { parseDuration } from "../base/durations.ts";
import { AloftError, asAloftError } from "../base/errors.ts";
import { shown } from "../base/shown.ts";
import { EngineName, engineLevels, Level, Network } from "./level.ts";
import { checkWorkload, requireSound } from "./workload-checks.ts";
import { fieldName } from "./workload-problem.ts";
import { nearest } from "./workload-suggestion.ts";
import { Workload, type WorkloadInput } from "./workload.ts";

/** What the command line says instead of the file, as it was typed. */
export interface Overrides {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly cpus?: string | undefined;
  readonly memory?: string | undefined;
  readonly time?: string | undefined;
  readonly network?: string | undefined;
  readonly level?: string | undefined;
  readonly engine?: string | undefined;
  readonly workdir?: string | undefined;
  /** `NAME=value` each; added to the file's variables. */
  readonly env?: readonly string[] | undefined;
  /** Instead of the file's, where there are any. */
  readonly input?: readonly string[] | undefined;
  readonly output?: readonly string[] | undefined;
}

type Option = keyof Overrides;
type Apply = (text: string, workload: Workload) => Workload;

/** The field that each option replaces. */
const fields: Record<Option, string> = {
  name: "name",
  image: "image",
  cpus: "resources.cpus",
  memory: "resources.memory",
  time: "resources.time",
  network: "network",
  level: "level",
  engine: "engine",
  workdir: "workdir",
  env: "env",
  input: "inputs",
  output: "outputs",
};

const single: Record<Exclude<Option, "env" | "input" | "output">, Apply> = {
  name: (text, workload) => reparse({ ...workload, name: text }),
  image: (text, workload) => reparse({ ...workload, image: text }),
  cpus: (text, workload) => withResource(workload, "cpus", count(text)),
  memory: (text, workload) => withResource(workload, "memory", parseBytes(text)),
  time: (text, workload) => withResource(workload, "time", parseDuration(text)),
  workdir: (text, workload) => reparse({ ...workload, workdir: text }),
  network: (text, workload) => ({ ...workload, network: choice(text, Network.options) }),
  level(text, { engine, ...workload }) {
    const level = choice(text, Level.options);
    return { ...workload, level, ...(engine && engineLevels[engine] === level ? { engine } : {}) };
  },
  engine(text, workload) {
    const engine = choice(text, EngineName.options);
    return { ...workload, engine, level: engineLevels[engine] };
  },
};

/**
 * The workload with what the command line says instead. A pinned level takes the file's engine away where that provides
 * another, and an engine brings its level. Throws `bad-input` that names each wrong option.
 */
export function overrideWorkload(workload: Workload, overrides: Overrides): Workload {
  const wrong: string[] = [];
  let result = workload;
  for (const [option, text, apply] of steps(overrides)) {
    try {
      result = apply(text, result);
    } catch (error) {
      const { code, message, hint } = asAloftError(error);
      if (code !== "bad-input") throw error;
      wrong.push(`--${option}: ${message}${hint === undefined ? "" : `: ${hint}`}`);
    }
  }
  if (wrong.length === 0) wrong.push(...unsound(result, overrides));
  if (wrong.length > 0)
    throw new AloftError("bad-input", wrong.join("\n"), {
      hint: "`aloft run --help` tells every option",
    });
  return result;
}

/** The workload of `aloft run [options] -- CMD…`. */
export function commandWorkload(words: readonly string[], overrides: Overrides): Workload {
  if (words.length === 0)
    throw new AloftError("bad-input", "there is no command to run", {
      hint: "name a workload file, or write the command after --",
    });
  const workload = overrideWorkload(Workload.parse({ command: words }), overrides);
  requireSound(workload);
  return workload;
}

function steps(overrides: Overrides): [Option, string, Apply][] {
  const options = Object.keys(single) as (keyof typeof single)[];
  // The engine comes after the level, so that naming both pins both.
  const some = options.flatMap((option): [Option, string, Apply][] => {
    const text = overrides[option];
    return text === undefined ? [] : [[option, text, single[option]]];
  });
  return [
    ...some,
    ...(overrides.env ?? []).map((text): [Option, string, Apply] => ["env", text, withVariable]),
    ...replacing("input", overrides.input),
    ...replacing("output", overrides.output),
  ];
}

/** The first takes the place of the file's list, and the others are added to it. */
function replacing(
  option: "input" | "output",
  texts: readonly string[] = [],
): [Option, string, Apply][] {
  const field = `${option}s` as const;
  return texts.map((text, at) => [
    option,
    text,
    (_, workload) =>
      reparse({ ...workload, [field]: [...(at === 0 ? [] : workload[field]), text] }),
  ]);
}

/** What a soundness rule says of a field that an option set, told as the option's fault. */
function unsound(workload: Workload, overrides: Overrides): string[] {
  const pinned = overrides.level !== undefined && overrides.engine !== undefined;
  if (pinned && workload.level !== overrides.level)
    return [
      `--engine: ${overrides.engine} provides the level ${workload.level}, not ${overrides.level}`,
    ];
  return checkWorkload(workload).flatMap(({ path, message }) => {
    const options = Object.keys(fields) as Option[];
    const name = fieldName(path).replace(/\[.*/, "");
    const option = options.find((one) => overrides[one] !== undefined && fields[one] === name);
    return option === undefined ? [] : `--${option}: ${message}`;
  });
}

function withResource(
  workload: Workload,
  name: "cpus" | "memory" | "time",
  value: number,
): Workload {
  if (value <= 0) throw new AloftError("bad-input", `${value} is not more than zero`);
  return { ...workload, resources: { ...workload.resources, [name]: value } };
}

function count(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 4096) return value;
  throw new AloftError("bad-input", `${shown(text)} is not a number of cpus`, {
    hint: "write a number up to 4096, such as 4 or 0.5",
  });
}

function choice<T extends string>(text: string, options: readonly T[]): T {
  const found = options.find((option) => option === text);
  if (found !== undefined) return found;
  const meant = nearest(text, options);
  const expected = `expected one of ${options.join(", ")}`;
  throw new AloftError(
    "bad-input",
    `${shown(text)} is not known; ${expected}${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
  );
}

function withVariable(text: string, workload: Workload): Workload {
  const [, name, value] = /^([^=]*)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new AloftError("bad-input", `${shown(text)} has no value`, { hint: "write NAME=value" });
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === "__proto__")
    throw new AloftError("bad-input", `${shown(name)} is not a variable's name`);
  return { ...workload, env: { ...workload.env, [name]: value } };
}

/** Through the schema, for fields that it alone knows to judge. */
function reparse(input: WorkloadInput): Workload {
  const result = Workload.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const nested = issue?.code === "invalid_union" ? issue.errors[0]?.[0] : issue;
  throw new AloftError(
    "bad-input",
    nested?.code === "too_small" ? "it is empty" : (nested?.message ?? "not possible"),
  );
}
