import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { basename, join } from "node:path";
import { unescapeOctal } from "../src/platforms/local/cgroup-layout.ts";
import { output } from "./command.ts";
import { createLauncher, type Launcher } from "./launcher.ts";

/** A temporary folder of the benchmark's own, in a mount namespace of its own; all of it goes in the end. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  /** A file for what measured commands say when they fail. */
  readonly log: string;
  readonly launcher: Launcher;
  /** A folder in memory for the state of runtimes, as /run is. */
  readonly state: string;
  /** Names control groups of ours; those that begin with it are removed in the end. */
  readonly cgroup: string;
  /** A folder below the temporary one, made where it is missing. */
  path(...parts: string[]): string;
  /** Hides a folder of the system below an empty one, in our mount namespace. */
  hide(folder: string): Promise<void>;
  /** Called in the end, the last one first. */
  defer(work: () => Promise<void> | void): void;
}

/**
 * In /var/tmp, which is on a disk where /tmp may be memory: what Aloft writes for good must be paid for here as it
 * is in a home.
 */
const parent = "/var/tmp";

/** The hybrid layout's cgroup2, which crun must not see. */
const unified = "/sys/fs/cgroup/unified";

export async function createPlace(root: boolean, env: NodeJS.ProcessEnv): Promise<Place> {
  const folder = mkdtempSync(join(parent, "aloft-bench-"));
  const cgroup = folder.slice(folder.lastIndexOf("/") + 1);
  const state = join(folder, "state");
  const work = new AsyncDisposableStack();
  work.defer(() => rmSync(folder, { recursive: true, force: true }));
  work.defer(() => removeGroups(cgroup));
  work.defer(() => unmountBelow(folder));
  mkdirSync(state);
  const log = join(folder, "said");
  const launcher = work.use(createLauncher(log, env));
  if (root) await output(["mount", "-t", "tmpfs", "tmpfs", state]);
  const place: Place = {
    folder,
    ...{ log, launcher, state },
    cgroup,
    path(...parts) {
      const made = join(folder, ...parts);
      mkdirSync(made, { recursive: true });
      return made;
    },
    async hide(hidden) {
      const made = mkdirSync(hidden, { recursive: true });
      await output(["mount", "-t", "tmpfs", "tmpfs", hidden]);
      work.defer(async () => {
        await output(["umount", "-l", hidden]);
        if (made !== undefined) rmdirSync(hidden);
      });
    },
    defer: (last) => work.defer(last),
    [Symbol.asyncDispose]: () => work.disposeAsync(),
  };
  // Runtimes make groups here too, which are mere folders of everybody's tmpfs where we have unmounted the hierarchy.
  if (root && existsSync(unified)) await place.hide(unified);
  return place;
}

/** Mount points below a folder, the deepest last. Format: proc_pid_mountinfo(5). */
async function unmountBelow(folder: string): Promise<void> {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""))
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.toReversed()) await output(["umount", "-l", point]);
}

/** Groups are left by runtimes that were told to use them as parent, in every hierarchy. */
function removeGroups(name: string): void {
  const base = "/sys/fs/cgroup";
  for (const hierarchy of [base, ...subfolders(base)])
    for (const group of subfolders(hierarchy))
      if (basename(group).startsWith(name)) removeGroup(group);
}

function removeGroup(folder: string): void {
  for (const child of subfolders(folder)) removeGroup(child);
  try {
    rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
