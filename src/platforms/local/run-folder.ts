import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { ExitRecord } from "../../model/exit-record.ts";
import { jobFiles } from "../../model/job.ts";
import type { Observed } from "../platform.ts";
import { waitingName } from "./launcher.ts";

/** Who executes a job. The three together name one process for ever: another of the same id started later. */
export interface JobProcess {
  readonly pid: number;
  /** Seconds from boot at which it said so. */
  readonly seen: number;
  readonly bootId: string;
}

/** Clock ticks in which Linux tells programs when a process started, on every architecture. */
const ticksPerSecond = 100;

/** Seconds after which a process id that was begun and never written tells of a job.sh that was killed just then. */
const pidPatience = 10;

/** The exit record, once it is whole. */
export function readExit(folder: string): ExitRecord | undefined {
  const text = readText(join(folder, jobFiles.exit))?.trim();
  // A record that is still being written, or that a full disk cut off, does not end like this.
  if (!text?.endsWith("}")) return undefined;
  return ExitRecord.parse(JSON.parse(text));
}

export function readJobProcess(folder: string): JobProcess | undefined {
  const words = readText(join(folder, jobFiles.pid))?.trim().split(" ") ?? [];
  const [pid, seen, bootId] = [Number(words[0]), Number(words[1]), words[2]];
  return bootId && pid > 0 ? { pid, seen, bootId } : undefined;
}

export function isAlive(job: JobProcess, bootId: string): boolean {
  if (job.bootId !== bootId) return false;
  const stat = readStat(job.pid);
  return stat !== undefined && !startedAfter(stat, job) && !"ZX".includes(stat.state);
}

/**
 * What the run directory tells. `undefined` where nobody has begun the job; `starting` says whether somebody is about to.
 */
export function observeFolder(
  id: string,
  folder: string,
  boot: { readonly id: string; readonly time: number },
  starting: () => boolean,
): Observed | undefined {
  const ended = readExit(folder);
  if (ended) return { id, state: "ended", exit: ended };
  const job = readJobProcess(folder);
  if (job && isAlive(job, boot.id))
    return { id, state: "running", startedAt: boot.time + job.seen };
  // It may have ended between the two looks.
  const late = readExit(folder);
  if (late) return { id, state: "ended", exit: late };
  if (job)
    return {
      id,
      state: "vanished",
      detail:
        job.bootId === boot.id
          ? "job.sh was killed before it could tell how the run ended"
          : "the machine was restarted while the run was under way",
    };
  return observeBeginning(id, folder, starting);
}

function observeBeginning(
  id: string,
  folder: string,
  starting: () => boolean,
): Observed | undefined {
  const began = modified(join(folder, jobFiles.pid));
  if (began === undefined) return starting() ? { id, state: "waiting" } : undefined;
  if (starting() || Date.now() / 1000 - began < pidPatience) return { id, state: "waiting" };
  return { id, state: "vanished", detail: "job.sh was killed as it began" };
}

export interface StarterQuestion {
  /** The run directory. */
  readonly place: string;
  /** The state folder, where shells wait for their jobs. */
  readonly home: string;
  /** The shell that waits for this server's next job. */
  readonly ours: number | undefined;
}

/** Whether a process is about to begin the job: one that executes its job.sh, or a shell that an earlier server may have given it to. */
export function hasStarter({ place, home, ours }: StarterQuestion): boolean {
  const script = join(place, jobFiles.script);
  if (!existsSync(script)) return false;
  return processes().some((pid) => {
    const words = readText(`/proc/${pid}/cmdline`)?.split("\0").slice(0, 4) ?? [];
    if (words.includes(script)) return true;
    // One that has begun has left the state folder for its run's.
    return words[3] === waitingName && pid !== ours && folderOfProcess(pid) === home;
  });
}

function folderOfProcess(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Processes of the session that a job.sh led, for where no control group holds them. */
export function sessionMembers(leader: number): number[] {
  return processes().filter((pid) => readStat(pid)?.session === leader);
}

/** Whether the process id of a job now belongs to somebody else. */
export function isReused(job: JobProcess): boolean {
  const stat = readStat(job.pid);
  return stat !== undefined && startedAfter(stat, job);
}

function startedAfter(stat: { readonly startTicks: number }, job: JobProcess): boolean {
  // Both are rounded to a tick.
  return stat.startTicks > job.seen * ticksPerSecond + 1;
}

function processes(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
}

/** Format: proc_pid_stat(5). The name in brackets may hold anything, brackets too. */
function readStat(pid: number): { state: string; session: number; startTicks: number } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const words = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: words[0] ?? "X", session: Number(words[3]), startTicks: Number(words[19]) };
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // ESRCH: the process ended while its file was being read.
    if (
      ["ENOENT", "ENOTDIR", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")
    )
      return undefined;
    throw error;
  }
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs === undefined
    ? undefined
    : statSync(path).mtimeMs / 1000;
}
