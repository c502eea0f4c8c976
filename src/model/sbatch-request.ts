import type { SlurmRequest } from "./sbatch-values.ts";
import type { Workload, WorkloadInput } from "./workload.ts";

/** The workload that the directives ask for; it lacks Slurm's own variables still. */
export function requestedWorkload(
  request: SlurmRequest,
  command: string[],
  file: string,
): WorkloadInput {
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
  const name = workloadName(request.name ?? baseName(file).replace(/\.[^.]*$/, ""));
  return {
    command,
    ...(name === "" ? {} : { name }),
    env: request.env,
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
export function workloadName(name: string): string {
  return name
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 63);
}

/**
 * What Slurm tells a job and is known before it starts; the engine adds the job's and the task's number. MPI libraries
 * read the node list and the tasks of each node as soon as there is a job number.
 */
export function slurmVariables(
  request: SlurmRequest,
  { resources }: Workload,
  file: string,
): Record<string, string> {
  const { indices, memoryPerCpu, cpusPerTask, tasksPerNode, partition, account } = request;
  const tasks = tasksOf(request);
  const cpus = Math.ceil(resources.cpus ?? 1);
  const known: Record<string, string | number | undefined> = {
    SLURM_JOB_NAME: request.name ?? baseName(file),
    SLURM_JOB_PARTITION: partition,
    SLURM_JOB_ACCOUNT: account,
    SLURM_NTASKS: tasks,
    SLURM_NPROCS: tasks,
    SLURM_NTASKS_PER_NODE: tasksPerNode,
    SLURM_TASKS_PER_NODE: tasks,
    SLURM_CPUS_PER_TASK: cpusPerTask,
    SLURM_CPUS_ON_NODE: cpus,
    SLURM_JOB_CPUS_PER_NODE: cpus,
    SLURM_MEM_PER_NODE: memoryPerCpu === undefined ? mebibytes(resources.memory) : undefined,
    SLURM_MEM_PER_CPU: mebibytes(memoryPerCpu),
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

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.ceil(bytes / 1024 ** 2);
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
