import type { ReadWorkload } from "./read-workload.ts";
import { readDirectives, type Directives } from "./sbatch-directives.ts";
import { scriptNotices } from "./sbatch-notices.ts";
import { ownLines, ownProblems } from "./sbatch-own-lines.ts";
import { requestedWorkload, slurmVariables } from "./sbatch-request.ts";
import { scriptCommand } from "./sbatch-script.ts";
import { directiveLines } from "./sbatch-words.ts";
import { checkWorkload } from "./workload-checks.ts";
import { readable } from "./workload-file.ts";
import { explainIssues } from "./workload-issues.ts";
import { type Overrides, overrideWorkload } from "./workload-overrides.ts";
import {
  fieldName,
  fileError,
  mostProblems,
  type Problem,
  type Span,
  type SpannedProblem,
} from "./workload-problem.ts";
import { Workload, type WorkloadInput } from "./workload.ts";
import { readYaml } from "./workload-yaml.ts";

/**
 * The workload of a script with `#SBATCH` directives. What cannot be mapped is told: as a notice where the result is the
 * same without it, else as `bad-input` with its place. Lines `#ALOFT field: value` before the first command are YAML of a
 * workload file, for what Slurm has no words for: an image, inputs, outputs, metrics.
 */
export function parseSbatch(text: string, file: string, overrides: Overrides = {}): ReadWorkload {
  const script = readable(text, file);
  const carriage = script.indexOf("\r\n");
  if (carriage >= 0)
    throw refuse(
      "the script has DOS line ends (\\r\\n), which sbatch refuses and shells misread; convert it with dos2unix",
      { offset: carriage, length: 1 },
    );
  const { directives: lines, late } = directiveLines(script);
  const directives = readDirectives(lines);
  const command = scriptCommand(script, directives.request.folder);
  if (!command)
    throw refuse(
      "this does not look like a batch script; the first line must be #! and the path of an interpreter, such as #!/bin/sh",
      { offset: 0, length: script.split("\n", 1)[0]?.length ?? 1 },
    );
  const extra = readYaml(ownLines(script));
  const problems = [
    ...directives.problems,
    ...extra.problems,
    ...ownProblems(extra.value).map(extra.place),
  ];
  if (problems.length > 0) throw fileError(file, script, problems);
  const input = merge(requestedWorkload(directives.request, command, file), extra.value);
  const parsed = Workload.safeParse(input);
  const placed = (problem: Problem) => placeOf(problem, directives, extra.place);
  if (!parsed.success)
    throw fileError(file, script, explainIssues(parsed.error.issues, input).map(placed));
  const workload = overrideWorkload(parsed.data, overrides);
  const unsound = checkWorkload(workload);
  if (unsound.length > 0) throw fileError(file, script, unsound.slice(0, mostProblems).map(placed));
  const variables = slurmVariables(directives.request, workload, file);
  return {
    // Last, as the command line may have changed the resources that they repeat.
    workload: { ...workload, env: { ...variables, ...workload.env } },
    notices: [...directives.notices, ...scriptNotices(script, file, late, directives.request)],
  };

  function refuse(message: string, span: Span) {
    return fileError(file, script, [{ path: [], message, span }]);
  }
}

/** What `#ALOFT` lines say counts more: it is said to Aloft. */
function merge(input: WorkloadInput, extra: unknown): WorkloadInput {
  const own = (extra ?? {}) as Partial<WorkloadInput>;
  return {
    ...input,
    ...own,
    env: { ...input.env, ...own.env },
    resources: { ...input.resources, ...own.resources },
  };
}

/** The directives that made a field. */
const sources: Record<string, readonly string[]> = {
  "resources.cpus": ["ntasks", "cpus-per-task", "ntasks-per-node", "mincpus", "cpus-per-gpu"],
  "resources.memory": ["mem", "mem-per-cpu", "mem-per-gpu"],
  "resources.disk": ["tmp"],
  "resources.time": ["time"],
  "resources.gpus": ["gpus", "gres", "gpus-per-node", "gpus-per-task"],
  name: ["job-name"],
};

function placeOf(
  problem: Problem,
  { places }: Directives,
  inExtra: (problem: Problem) => SpannedProblem,
): SpannedProblem {
  const names = sources[fieldName(problem.path)] ?? [];
  const span = names.map((name) => places.get(name)).find((place) => place !== undefined);
  return span ? { ...problem, span } : inExtra(problem);
}
