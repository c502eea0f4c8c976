import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isMissing, type Layout, listFolder } from "./layout.ts";
import { acquireLock } from "./lock.ts";
import { workVariable } from "./program.ts";

const execute = promisify(execFile);

export interface Swept {
  /** Folders of builds that were killed. */
  readonly folders: number;
  /** Programs of theirs that were still running. */
  readonly processes: number;
}

interface SweepOptions {
  readonly layout: Layout;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Takes away what killed builds have left. Builds of living processes hold their locks and are let be. */
export async function sweepBuilds({ layout, ...options }: SweepOptions): Promise<Swept> {
  let folders = 0;
  let processes = 0;
  for (const name of await listFolder(layout.folders.work)) {
    const key = name.slice(0, name.lastIndexOf("-"));
    const only = { ...options, mode: "exclusive", wait: false } as const;
    await using lock = await acquireLock(layout.lock(key), only);
    if (!lock) continue;
    const work = join(layout.folders.work, name);
    processes += await killMarked(work);
    await releaseMounts(work, options.environment);
    await removeTree(work, layout.folders.work);
    folders += 1;
  }
  await sweepHalves(layout, options);
  for (const name of await listFolder(layout.folders.locks)) {
    const only = { ...options, mode: "exclusive", wait: false } as const;
    await using lock = await acquireLock(layout.lock(name), only);
    void lock;
  }
  return { folders, processes };
}

/** Names and recipes are written under the shared lock of the store: who has it alone sees only dead halves. */
async function sweepHalves(layout: Layout, options: Omit<SweepOptions, "layout">): Promise<void> {
  const only = { ...options, mode: "exclusive", wait: false } as const;
  await using lock = await acquireLock(layout.lock("store"), only);
  if (!lock) return;
  for (const folder of [layout.folders.names, layout.folders.recipes])
    for (const name of await readdir(folder))
      if (name.endsWith(".half")) await rm(join(folder, name), { force: true });
}

/** Ends every process that carries the folder of a dead build in its environment. */
async function killMarked(work: string): Promise<number> {
  let killed = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readProcess(`/proc/${pid}/environ`);
    if (!environment.split("\0").includes(`${workVariable}=${work}`)) continue;
    if (kill(Number(pid))) killed += 1;
  }
  return killed;
}

/** Empty for a process that has just ended or is not ours. */
async function readProcess(path: string): Promise<string> {
  return readFile(path, "latin1").catch(() => "");
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/**
 * Builds mount in namespaces of their own, so normally there is nothing. A mount below the folder, however
 * it came there, must not be walked into when the folder is removed, and a loop device would pin its file.
 */
async function releaseMounts(
  work: string,
  environment: SweepOptions["environment"],
): Promise<void> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const points = table.split("\n").map((line) => unescapeOctal(line.split(" ")[4] ?? ""));
  for (const point of points.filter((path) => path.startsWith(`${work}/`)).toReversed())
    await execute("umount", ["--lazy", point], { env: environment });
  for (const name of await listFolder("/sys/block")) {
    const backing = await readProcess(join("/sys/block", name, "loop", "backing_file"));
    if (!backing.startsWith(`${work}/`)) continue;
    await execute("losetup", ["--detach", `/dev/${name}`], { env: environment });
  }
}

/** Mount points are written with `\040` for a space. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Removes a folder that programs may have made read-only; refuses to leave `parent`. */
export async function removeTree(path: string, parent: string): Promise<void> {
  if (!path.startsWith(`${parent}/`)) throw new RangeError(`${path} is not in ${parent}`);
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
