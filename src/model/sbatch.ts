import { readDirectives, type Directives } from "./sbatch-directives.ts";
import type { SlurmRequest } from "./sbatch-values.ts";
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

/** A workload and what its reader must know of how it was understood: one sentence each. */
export interface SbatchWorkload {
  readonly workload: Workload;
  readonly notices: string[];
}

/**
 * The workload of a script with `#SBATCH` directives. What cannot be mapped is told: as a notice where the result is the
 * same without it, else as `bad-input` with its place. Lines `#ALOFT field: value` before the first command are YAML of a
 * workload file, for what Slurm has no words for: an image, inputs, outputs, metrics.
 */
export function parseSbatch(text: string, file: string, overrides: Overrides = {}): SbatchWorkload {
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
    ...extraProblems(extra.value).map(extra.place),
  ];
  if (problems.length > 0) throw fileError(file, script, problems);
  const input = merge(toInput(directives.request, command, file), extra.value);
  const parsed = Workload.safeParse(input);
  const placed = (problem: Problem) => placeOf(problem, directives, extra.place);
  if (!parsed.success)
    throw fileError(file, script, explainIssues(parsed.error.issues, input).map(placed));
  const workload = overrideWorkload(parsed.data, overrides);
  const unsound = checkWorkload(workload);
  if (unsound.length > 0) throw fileError(file, script, unsound.slice(0, mostProblems).map(placed));
  return {
    workload,
    notices: [...directives.notices, ...otherNotices(script, file, late, directives.request)],
  };

  function refuse(message: string, span: Span) {
    return fileError(file, script, [{ path: [], message, span }]);
  }
}

/** The script with all but its `#ALOFT` lines blanked, so that places in it stay places in the script. */
function ownLines(script: string): string {
  let begun = false;
  const lines = script.split("\n").map((line) => {
    if (!begun && /^#ALOFT(?:\s|$)/.test(line)) return `      ${line.slice(6)}`;
    begun ||= /^\s*[^\s#]/.test(line);
    return " ".repeat(line.length);
  });
  return lines.join("\n");
}

const ownCommand: Problem = {
  path: ["command"],
  at: "name",
  message: "the script itself is the command",
};

function extraProblems(value: unknown): Problem[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object" || Array.isArray(value))
    return [
      {
        path: [],
        message: 'after #ALOFT comes a field of a workload, such as "image: debian:bookworm"',
      },
    ];
  const stated = { ...value, command: "true" };
  const result = Workload.safeParse(stated);
  return [
    ...(Object.hasOwn(value, "command") ? [ownCommand] : []),
    ...(result.success ? [] : explainIssues(result.error.issues, stated)),
  ];
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

function toInput(request: SlurmRequest, command: string[], file: string): WorkloadInput {
  const tasks = tasksOf(request);
  const gpus = request.gpus ?? (request.gpusPerTask ?? 0) * tasks;
  const cpusPerTask =
    request.cpusPerTask ?? Math.max(1, Math.ceil(((request.cpusPerGpu ?? 0) * gpus) / tasks));
  const cpus = Math.max(tasks * cpusPerTask, request.leastCpus ?? 1);
  const memory =
    request.memory ??
    (request.memoryPerCpu === undefined ? undefined : request.memoryPerCpu * cpus) ??
    (request.memoryPerGpu === undefined ? undefined : request.memoryPerGpu * gpus);
  const { disk, time, licenses } = request;
  const script = file.slice(file.lastIndexOf("/") + 1);
  const name = workloadName(request.name ?? script.replace(/\.[^.]*$/, ""));
  return {
    command,
    ...(name === "" ? {} : { name }),
    env: {
      ...slurmVariables({ ...request, name: request.name ?? script }, tasks, cpus),
      ...request.env,
    },
    resources: {
      cpus,
      ...(memory === undefined ? {} : { memory }),
      ...(disk === undefined ? {} : { disk }),
      ...(time === undefined ? {} : { time }),
      ...(gpus === 0 ? {} : { gpus }),
    },
    parallel: parallelOf(request, tasks, cpusPerTask),
    ...(Object.keys(licenses).length === 0 ? {} : { licenses }),
  };
}

function tasksOf({ tasks, tasksPerNode }: SlurmRequest): number {
  return tasks ?? tasksPerNode ?? 1;
}

function parallelOf(
  { indices }: SlurmRequest,
  tasks: number,
  cpusPerTask: number,
): WorkloadInput["parallel"] {
  if (indices?.every((index, place) => index === place))
    return { kind: "array", count: indices.length };
  if (indices) return { kind: "array", values: [...indices] };
  if (tasks > 1) return { kind: "mpi", ranks: tasks };
  return { kind: cpusPerTask > 1 ? "threads" : "serial" };
}

/** Letters, digits, ".", "_" and "-" only; empty where nothing is left. */
function workloadName(name: string): string {
  return name
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 63);
}

/**
 * What Slurm tells a job and is known before it starts; the engine adds the job's and the task's number. MPI libraries
 * read the node list and the tasks of each node as soon as there is a job number.
 */
function slurmVariables(
  request: SlurmRequest,
  tasks: number,
  cpus: number,
): Record<string, string> {
  const { indices, memory, memoryPerCpu, cpusPerTask, tasksPerNode, partition, account } = request;
  const known: Record<string, string | number | undefined> = {
    SLURM_JOB_NAME: request.name,
    SLURM_JOB_PARTITION: partition,
    SLURM_JOB_ACCOUNT: account,
    SLURM_NTASKS: tasks,
    SLURM_NPROCS: tasks,
    SLURM_NTASKS_PER_NODE: tasksPerNode,
    SLURM_TASKS_PER_NODE: tasks,
    SLURM_CPUS_PER_TASK: cpusPerTask,
    SLURM_CPUS_ON_NODE: cpus,
    SLURM_JOB_CPUS_PER_NODE: cpus,
    SLURM_MEM_PER_NODE: memory === undefined ? undefined : Math.ceil(memory / 1024 ** 2),
    SLURM_MEM_PER_CPU: memoryPerCpu === undefined ? undefined : Math.ceil(memoryPerCpu / 1024 ** 2),
    SLURM_NNODES: 1,
    SLURM_JOB_NUM_NODES: 1,
    SLURM_NODELIST: "localhost",
    SLURM_JOB_NODELIST: "localhost",
    SLURMD_NODENAME: "localhost",
    SLURM_NODEID: 0,
    SLURM_PROCID: 0,
    SLURM_LOCALID: 0,
    SLURM_ARRAY_TASK_MIN: indices?.at(0),
    SLURM_ARRAY_TASK_MAX: indices?.at(-1),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
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

function otherNotices(
  script: string,
  file: string,
  late: readonly Span[],
  { name, tasks, tasksPerNode, folder }: SlurmRequest,
): string[] {
  const lineOf = (offset: number) => script.slice(0, offset).split("\n").length;
  const notices = late.slice(0, 5).map(({ offset, length }) => {
    const line = script.slice(offset, offset + Math.min(length, 60));
    return `${file}:${lineOf(offset)}: "${line}" stands after the first command and counts for nothing, as with sbatch`;
  });
  if (late.length > 5) notices.push(`and ${late.length - 5} more such lines`);
  if (name !== undefined && workloadName(name) !== name)
    notices.push(
      `--job-name=${name}: the run is named ${workloadName(name) || "run"}; SLURM_JOB_NAME has the whole name`,
    );
  if (tasks !== undefined && tasksPerNode !== undefined && tasks > tasksPerNode)
    notices.push(`--ntasks-per-node=${tasksPerNode}: all ${tasks} tasks are on one machine`);
  if (folder !== undefined)
    notices.push(
      `--chdir=${folder}: is looked for where it runs; in an image or a virtual machine it must be there`,
    );
  if (/^#PBS\b/m.test(script)) notices.push("#PBS lines are not read");
  const srun = /^\s*srun\b/m.exec(script);
  if (srun)
    notices.push(
      `${file}:${lineOf(srun.index + srun[0].length)}: the script calls srun, which Aloft does not provide; mpirun -n "$SLURM_NTASKS" does the same`,
    );
  return notices;
}
