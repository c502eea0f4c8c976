import { AloftError } from "../base/errors.ts";
import { checkWorkload } from "./workload-checks.ts";
import { explainIssues } from "./workload-issues.ts";
import { type Overrides, overrideWorkload } from "./workload-overrides.ts";
import { fileError, mostProblems, type Problem, type Span } from "./workload-problem.ts";
import { Workload } from "./workload.ts";
import { readYaml } from "./workload-yaml.ts";

/** In UTF-16 units. YAML that is made to be slow takes a few seconds at this size. */
const mostCharacters = 1024 ** 2;
const schemaHint = "`aloft schema workload` tells every field";

/**
 * The workload that a YAML (or JSON) text describes, with what the command line says instead. Throws one `bad-input` that
 * lists every problem with its place; `file` names the text in it.
 */
export function parseWorkload(text: string, file: string, overrides: Overrides = {}): Workload {
  const content = readable(text, file);
  const yaml = readYaml(content);
  if (!yaml.complete) throw withHint(fileError(file, content, yaml.problems));
  const result = Workload.safeParse(yaml.value);
  const issues = result.success ? [] : explainIssues(result.error.issues, yaml.value);
  const known = new Set(yaml.problems.map(({ path }) => JSON.stringify(path)));
  const placed = issues.filter(({ path }) => !known.has(JSON.stringify(path))).map(yaml.place);
  const workload = result.success ? overrideWorkload(result.data, overrides) : undefined;
  const checked = workload ? checkWorkload(workload) : checkTheRest(yaml.value, issues);
  const problems = [...yaml.problems, ...placed, ...checked.slice(0, mostProblems).map(yaml.place)];
  if (problems.length > 0 || !workload) throw withHint(fileError(file, content, problems));
  return workload;
}

/** The text as YAML may read it; throws where it is not text of a reasonable size. */
export function readable(text: string, file: string): string {
  const content = text.startsWith("\u{feff}") ? text.slice(1) : text;
  const refuse = (message: string, span: Span) =>
    fileError(file, content, [{ path: [], message, span }]);
  if (content.length > mostCharacters)
    throw new AloftError("bad-input", `${file} is larger than 1 MiB: this is not a workload file`, {
      hint: "keep data in files of their own and name them under inputs",
      details: [{ file, line: 1, column: 1, path: [], message: "larger than 1 MiB" }],
    });
  const nul = content.indexOf("\0");
  if (nul >= 0)
    throw refuse("this is not text: it holds a NUL character", { offset: nul, length: 1 });
  if (content.trim() === "")
    throw withHint(
      refuse("the file is empty; expected at least a command", { offset: 0, length: 1 }),
    );
  return content;
}

/** The rules between fields, for those fields that are possible by themselves, so that all problems are told at once. */
function checkTheRest(value: unknown, issues: readonly Problem[]): Problem[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const bad = new Set(issues.map(({ path }) => String(path[0])));
  // A profile is judged beside these.
  if (bad.has("resources") || bad.has("parallel")) bad.add("profile");
  const sound = Object.entries(value).filter(([name]) => !bad.has(name));
  // What is there but wrong must not be taken for missing.
  const standIns = { command: "true", ...(bad.has("image") ? { image: "scratch" } : {}) };
  const metrics = bad.has("metrics") ? soundMetrics(value, issues) : {};
  const rest = Workload.safeParse({ ...standIns, ...metrics, ...Object.fromEntries(sound) });
  return rest.success ? checkWorkload(rest.data) : [];
}

function soundMetrics(value: object, issues: readonly Problem[]): object {
  const metrics = "metrics" in value ? value.metrics : undefined;
  if (typeof metrics !== "object" || metrics === null) return {};
  const bad = new Set(
    issues.filter(({ path }) => path[0] === "metrics").map(({ path }) => path[1]),
  );
  return {
    metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => !bad.has(name))),
  };
}

function withHint(error: AloftError): AloftError {
  return new AloftError("bad-input", error.message, { hint: schemaHint, details: error.details });
}
