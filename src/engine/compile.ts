import type { LevelEngine, SandboxRequest, StagedImage } from "../levels/level.ts";
import type { Image } from "../model/image.ts";
import type { Job } from "../model/job.ts";
import type { Machine } from "../model/machine.ts";
import type { Run } from "../model/run.ts";
import { askedMemory, givenNetwork } from "../planner/resources.ts";
import { askedCpus } from "../model/asked-cpus.ts";

/** Seconds between the request to end and the kill: time to write a checkpoint, not to finish. */
const graceSeconds = 10;
/** Processes and threads of one run: enough for any sane program, too few for a fork bomb to hurt. */
const pidsLimit = 32_768;
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface CompileRequest {
  readonly run: Run;
  readonly engine: LevelEngine;
  readonly machine: Machine;
  readonly folder: string;
  readonly image?: { readonly record: Image; readonly staged: StagedImage };
}

/** The job of a run: pure, so that the same run gives the same job after a restart. */
export function compile(request: CompileRequest): Job {
  const { run, engine, machine, folder } = request;
  const { workload } = run;
  const memoryBytes = askedMemory(workload, machine);
  const cpus = askedCpus(workload);
  const workdir = workload.workdir ?? request.image?.record.workdir;
  const sandboxRequest: SandboxRequest = {
    id: run.id,
    hostname: hostname(run),
    argv: argv(workload.command),
    env: environment(request),
    ...(workdir === undefined ? {} : { workdir }),
    network: givenNetwork(workload, engine.abilities),
    cpus,
    memoryBytes,
    pids: pidsLimit,
    folder,
    ...(request.image ? { image: request.image.staged } : {}),
  };
  const seconds = workload.resources.time;
  return {
    id: run.id,
    folder,
    sandbox: engine.sandbox(sandboxRequest),
    limits: {
      cpus,
      memoryBytes,
      pids: pidsLimit,
      graceSeconds,
      ...(seconds === undefined ? {} : { seconds }),
    },
  };
}

function argv(command: string | readonly string[]): readonly string[] {
  return typeof command === "string" ? ["/bin/sh", "-c", command] : command;
}

/** RFC 1123: letters, digits and hyphens, 63 at most. */
function hostname({ name, id }: Run): string {
  const cleaned = `${name}-${id}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return cleaned.slice(-63).replace(/^-+/, "");
}

/**
 * The image's variables, then ours, then the workload's: the last one wins. Without an image the platform's own come first,
 * and are not repeated here: job.sh inherits them.
 */
function environment({ run, image }: CompileRequest): Record<string, string> {
  const base = image
    ? { PATH: defaultPath, HOME: "/root", USER: "root", LANG: "C.UTF-8", ...image.record.env }
    : {};
  return { ...base, ...ownVariables(run), ...run.workload.env };
}

function ownVariables({ id, name, workload, task }: Run): Record<string, string> {
  const cpus = askedCpus(workload);
  const ranks = workload.parallel.kind === "mpi" ? workload.parallel.ranks : 1;
  const fromSlurm = "SLURM_JOB_NAME" in workload.env;
  return {
    ALOFT_RUN_ID: id,
    ALOFT_RUN_NAME: name,
    ALOFT_CPUS: String(cpus),
    // Numerical libraries start a thread for every cpu of the host otherwise, and then fight for what the run has.
    OMP_NUM_THREADS: String(Math.max(1, Math.floor(cpus / ranks))),
    ...(workload.parallel.kind === "mpi" ? { ALOFT_RANKS: String(ranks) } : {}),
    ...(fromSlurm ? { SLURM_JOB_ID: id, SLURM_JOBID: id } : {}),
    ...(task ? taskVariables(task, fromSlurm) : {}),
  };
}

function taskVariables(task: NonNullable<Run["task"]>, fromSlurm: boolean): Record<string, string> {
  const value = task.value ?? String(task.index);
  return {
    ALOFT_TASK_ID: String(task.index),
    ALOFT_TASK_COUNT: String(task.count),
    ALOFT_TASK_VALUE: value,
    ...(fromSlurm
      ? {
          SLURM_ARRAY_TASK_ID: value,
          SLURM_ARRAY_TASK_COUNT: String(task.count),
          SLURM_ARRAY_JOB_ID: task.array,
        }
      : {}),
  };
}
