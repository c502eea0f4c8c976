import { AloftError } from "../base/errors.ts";
import type { ReadWorkload } from "./read-workload.ts";
import { problemsOf, remarksOn } from "./skypilot-remarks.ts";
import { requestedTask, type SkyRequest } from "./skypilot-request.ts";
import { withoutSecrets } from "./skypilot-secrets.ts";
import { installSteps } from "./skypilot-setup.ts";
import { isSkyTask, readTask, type Remark, type SkyTask } from "./skypilot-task.ts";
import { checkWorkload } from "./workload-checks.ts";
import { readable } from "./workload-file.ts";
import { explainIssues } from "./workload-issues.ts";
import { type Overrides, overrideWorkload } from "./workload-overrides.ts";
import {
  fieldName,
  type FieldPath,
  fileError,
  mostProblems,
  placeNames,
  type Problem,
  type SpannedProblem,
} from "./workload-problem.ts";
import { Workload } from "./workload.ts";
import { readYaml, type YamlText } from "./workload-yaml.ts";

const hint =
  "it was read as a SkyPilot task, as it has no command; docs/workload.md tells what becomes of each field";

/** One text, its meaning as YAML, and how to refuse it. */
interface Source {
  readonly file: string;
  readonly content: string;
  readonly yaml: YamlText;
  readonly fail: (problems: readonly SpannedProblem[]) => AloftError;
}

/**
 * The workload of a SkyPilot task file; `undefined` where the text is none. What cannot be mapped is told: as a notice with its
 * place where the workload can do without, else as `bad-input`. Values of secrets are neither kept nor shown.
 */
export function readSkyTask(
  text: string,
  file: string,
  overrides: Overrides = {},
): ReadWorkload | undefined {
  if (!mayBeTask.test(text)) return undefined;
  const source = sourceOf(readable(text, file), file);
  const { content, yaml, fail } = source;
  if (!yaml.complete) {
    if (/^["']?secrets["']?\s*:/m.test(content)) throw fail(yaml.problems);
    return undefined;
  }
  if (!isSkyTask(yaml.value, Object.keys(Workload.shape))) return undefined;
  const given = variablesOf(overrides);
  const task = readTask(yaml.value, { given, imaged: overrides.image !== undefined });
  const steps = stepsOf(task.request, overrides);
  const remarks = [...task.remarks, ...remarksOn(task, steps)];
  const wrong = [...yaml.problems, ...problemsOf(remarks).map(yaml.place)];
  if (wrong.length > 0) throw fail(wrong);
  const workload = workloadOf(task, { source, steps, overrides });
  return { workload, notices: noticesOf(remarks, source) };
}

/** A quick look, so that other files are not read twice. */
const mayBeTask =
  /(?:^|[\s{,"'])(?:run|setup|num_nodes|file_mounts|envs|secrets|service|accelerators|infra|cloud|any_of|ordered|instance_type|use_spot|image_id|disk_size|ports)["']?\s*:/;

function sourceOf(content: string, file: string): Source {
  return {
    file,
    content,
    yaml: readYaml(content),
    fail(problems) {
      const { message, details } = fileError(file, withoutSecrets(content), problems);
      return new AloftError("bad-input", message, { hint, details });
    },
  };
}

function variablesOf({ env = [] }: Overrides): Record<string, string> {
  return Object.fromEntries(
    env.flatMap((text) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(text) ?? [];
      const usable = name !== undefined && value !== undefined && name !== "__proto__";
      return usable ? [[name, value]] : [];
    }),
  );
}

/** An image that the command line names is taken as it is. */
function stepsOf({ setup, image }: SkyRequest, overrides: Overrides): string | undefined {
  if (setup === undefined || image === undefined || overrides.image !== undefined) return undefined;
  return installSteps(setup);
}

function workloadOf(
  task: SkyTask,
  parts: { source: Source; steps: string | undefined; overrides: Overrides },
): Workload {
  const { yaml, fail } = parts.source;
  const placed = (problem: Problem) => yaml.place(inTask(problem, task));
  const input = requestedTask(task.request, parts.steps);
  const parsed = Workload.safeParse(input);
  if (!parsed.success) throw fail(explainIssues(parsed.error.issues, input).map(placed));
  const workload = overrideWorkload(parsed.data, parts.overrides);
  const unsound = checkWorkload(workload);
  if (unsound.length > 0) throw fail(unsound.slice(0, mostProblems).map(placed));
  return workload;
}

function noticesOf(remarks: readonly Remark[], { file, content, yaml }: Source): string[] {
  const name = placeNames(file, content);
  return remarks
    .map(({ path, answer }) => ({ ...yaml.place({ path, message: "", at: "name" }), answer }))
    .toSorted((a, b) => a.span.offset - b.span.offset)
    .flatMap(({ path, answer, span }) =>
      "notice" in answer ? `${name(span)}: ${fieldName(path)}: ${answer.notice}` : [],
    );
}

/** The members of a task that make a field of ours. */
const sources: Readonly<Record<string, readonly string[]>> = {
  "resources.cpus": ["cpus"],
  "resources.memory": ["memory", "cpus"],
  "resources.disk": ["disk_size"],
  "resources.gpus": ["accelerators"],
  image: ["image_id"],
};

function inTask(problem: Problem, { places }: SkyTask): Problem {
  const [first = "", second] = problem.path;
  const name = first === "image" ? "image" : fieldName(problem.path);
  const place = (sources[name] ?? []).map((one) => places.get(one)).find(Boolean);
  const others: Readonly<Record<string, FieldPath>> = {
    env: ["envs", second ?? ""],
    command: ["run"],
    profile: ["num_nodes"],
    resources: ["num_nodes"],
    inputs: ["file_mounts"],
  };
  return { ...problem, path: place ?? others[String(first)] ?? problem.path };
}
