import { workloadName } from "./sbatch-request.ts";
import type { SlurmRequest } from "./sbatch-values.ts";
import type { Span } from "./workload-problem.ts";

/** What the reader of a script must know beside the meaning of its options. */
export function scriptNotices(
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
