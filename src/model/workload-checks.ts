import { formatBytes } from "../base/bytes.ts";
import { AloftError } from "../base/errors.ts";
import { shown } from "../base/shown.ts";
import { engineLevels } from "./level.ts";
import type { Workload } from "./workload.ts";
import { fieldName, type FieldPath, type Problem } from "./workload-problem.ts";
import { checkProfile } from "./workload-profile-checks.ts";

/** Less memory than any program starts with: a forgotten unit. */
const leastBytes = 1024 ** 2;
/** Ten years: longer than any machine lasts, and short enough for every clock. */
const mostSeconds = 10 * 365 * 86_400;

type Check = (workload: Workload) => Problem[];

/**
 * What makes a workload impossible whose fields are each possible. Pure: files, the command line and the API are held to
 * the same rules.
 */
export function checkWorkload(workload: Workload): Problem[] {
  return checks.flatMap((check) => check(workload));
}

/** Throws `bad-input` that lists what `checkWorkload` finds. */
export function requireSound(workload: Workload): void {
  const problems = checkWorkload(workload);
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${fieldName(path)}: ${message}`);
  throw new AloftError("bad-input", lines.join("\n"), { details: problems });
}

const checks: readonly Check[] = [
  pinnedEngine,
  neededImage,
  smallSizes,
  longTimes,
  enoughCpus,
  checkProfile,
  emptyProgram,
  paths,
  metrics,
  nulCharacters,
];

function pinnedEngine({ level, engine }: Workload): Problem[] {
  if (engine === undefined || level === undefined || engineLevels[engine] === level) return [];
  const fitting = Object.entries(engineLevels).flatMap(([name, its]) =>
    its === level ? name : [],
  );
  return [
    {
      path: ["engine"],
      message: `the engine ${engine} provides the level ${engineLevels[engine]}, but level is ${level}; expected ${fitting.join(" or ")}, or only one of the two fields`,
      expected: fitting.join(" or "),
      found: engine,
    },
  ];
}

function neededImage({ image, level, engine }: Workload): Problem[] {
  const wanted = level ?? (engine && engineLevels[engine]);
  if (image || wanted === undefined || wanted === "process") return [];
  const message = `the level ${wanted} needs an image; add one, such as image: debian:bookworm`;
  return [{ path: [level ? "level" : "engine"], message, expected: "an image", found: wanted }];
}

function smallSizes({ resources }: Workload): Problem[] {
  return (["memory", "disk"] as const).flatMap((field) => {
    const bytes = resources[field];
    if (bytes === undefined || bytes >= leastBytes) return [];
    const found = formatBytes(bytes);
    const base = { path: ["resources", field], found, expected: "at least 1 MiB" };
    const message = `${found} of ${field} is too little for any program`;
    // A small bare number is one whose unit was forgotten.
    const suggestion = `${bytes} GiB`;
    return bytes < 1024
      ? { ...base, message: `${message}; did you mean "${suggestion}"?`, suggestion }
      : { ...base, message: `${message}; expected ${base.expected}` };
  });
}

function longTimes({ resources, objective }: Workload): Problem[] {
  const limit = "the time limit is more than ten years; leave it out for none";
  const deadline = "the deadline is more than ten years away; leave it out for none";
  return [
    ...longTime(resources.time, ["resources", "time"], limit),
    ...longTime(objective?.deadline, ["objective", "deadline"], deadline),
  ];
}

function longTime(time: number | undefined, path: FieldPath, message: string): Problem[] {
  return time === undefined || time <= mostSeconds ? [] : [{ path, message, found: String(time) }];
}

function enoughCpus({ resources: { cpus }, parallel }: Workload): Problem[] {
  if (cpus === undefined || parallel.kind !== "mpi" || cpus >= parallel.ranks) return [];
  const message = `resources.cpus is ${cpus}, but parallel asks for ${parallel.ranks} MPI ranks; expected a cpu for each rank, or leave cpus out`;
  const expected = `at least ${parallel.ranks}`;
  return [{ path: ["resources", "cpus"], message, expected, found: String(cpus) }];
}

function emptyProgram({ command }: Workload): Problem[] {
  if (typeof command === "string" ? command.trim() !== "" : command[0] !== "") return [];
  const path = typeof command === "string" ? ["command"] : ["command", 0];
  return [{ path, message: "the command is blank; expected a program to run", found: "" }];
}

function paths({ outputs, metrics }: Workload): Problem[] {
  return [
    ...outputs.flatMap((path, index) => outside(path, ["outputs", index])),
    ...Object.entries(metrics).flatMap(([name, { from }]) =>
      outside(from, ["metrics", name, "from"]),
    ),
  ];
}

/** Only what lies in the working folder is kept with the run. */
function outside(written: string, path: FieldPath): Problem[] {
  const why = written.startsWith("/") ? "is absolute" : "climbs out of the working folder";
  if (!written.startsWith("/") && !written.split("/").includes("..")) return [];
  const expected = "a path or pattern relative to the run's working folder";
  return [
    { path, message: `${shown(written)} ${why}; expected ${expected}`, expected, found: written },
  ];
}

function metrics(workload: Workload): Problem[] {
  return Object.entries(workload.metrics).flatMap(([name, { regex, json }]) => [
    ...(regex === undefined ? [] : uncompilable(regex, ["metrics", name, "regex"])),
    ...(json === undefined || isJsonPath(json)
      ? []
      : [noJsonPath(json, ["metrics", name, "json"])]),
  ]);
}

function uncompilable(regex: string, path: FieldPath): Problem[] {
  const fault = faultOf(regex);
  if (fault === undefined) return [];
  const message = `${shown(regex)} is not a JavaScript regular expression: ${fault}`;
  return [{ path, message, expected: "a JavaScript regular expression", found: regex }];
}

/** V8 says `Invalid regular expression: /(/gm: Unterminated group`. */
function faultOf(regex: string): string | undefined {
  try {
    RegExp(regex, "gm");
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message.slice(error.message.lastIndexOf(": ") + 2).toLowerCase();
  }
}

/** The part of RFC 9535 that names a single value. */
function isJsonPath(text: string): boolean {
  const steps = /\[(?:'[^']*'|"[^"]*"|\d+)\]|\.?[^.[\]]+/g;
  return text.replace(/^\$/, "").replaceAll(steps, "") === "";
}

function noJsonPath(text: string, path: FieldPath): Problem {
  const expected = 'a path to one value, such as "$.results[0].gflops"';
  return {
    path,
    message: `${shown(text)} is no JSON path; expected ${expected}`,
    expected,
    found: text,
  };
}

/** No path, argument or variable of any program can hold it. */
function nulCharacters(workload: Workload): Problem[] {
  return places(workload, []).map((path) => ({
    path,
    message: `${fieldName(path)} holds a NUL character, which no program can be given`,
  }));
}

function places(value: unknown, path: FieldPath): FieldPath[] {
  if (typeof value === "string") return value.includes("\0") ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => places(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    places(name, [...path, name]).concat(places(member, [...path, name])),
  );
}
