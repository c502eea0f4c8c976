import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AloftError } from "../../base/errors.ts";
import type { JobCgroup } from "../../model/job-place.ts";
import { type CgroupLayout, type Controller, controllers } from "./cgroup-layout.ts";

export interface GroupLimits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly pids: number;
}

export interface RunGroup {
  readonly place: JobCgroup;
  /** Every folder that was made, one for each hierarchy. */
  readonly folders: readonly string[];
}

export interface Cgroups {
  /** Folders that hold our groups. Groups of an earlier server may be elsewhere. */
  readonly bases: readonly string[];
  /** What is not enforced, and why; empty where all limits are. */
  readonly missing: readonly string[];
  /** Makes the group of a run with its limits, or finds it. `undefined` where none can be made. */
  create(id: string, limits: GroupLimits): RunGroup | undefined;
  /** Removes the bases that hold no run. */
  dispose(): void;
}

/** Microseconds: the kernel's own default period. A longer one would let a run burst past its share for longer. */
const period = 100_000;

export interface CgroupsOptions {
  readonly layout: CgroupLayout;
  /** Keeps Alofts with different state folders apart. */
  readonly instance: string;
  /** A quota at or above the machine's cpus is no limit, and costs the scheduler time: it is left out. */
  readonly machineCpus: number;
}

export function createCgroups(options: CgroupsOptions): Cgroups {
  const { layout } = options;
  if (layout.version === "none") return withoutGroups(layout.reason);
  try {
    return layout.version === 1 ? v1(layout, options) : v2(layout, options);
  } catch (error) {
    return withoutGroups(whyNone(error as NodeJS.ErrnoException));
  }
}

function whyNone({ code, path, message }: NodeJS.ErrnoException): string {
  const place = path === undefined ? "" : ` in ${dirname(path)}`;
  if (code === "EACCES" || code === "EPERM")
    return `this user may not make control groups${place}; a server of root may`;
  if (code === "EROFS") return `control groups are mounted read-only${place}`;
  return `control groups cannot be made: ${message}`;
}

function withoutGroups(reason: string): Cgroups {
  return {
    bases: [],
    missing: [`memory, cpu and process limits are not enforced: ${reason}`],
    create: () => undefined,
    dispose: () => {},
  };
}

function v1(
  layout: Extract<CgroupLayout, { version: 1 }>,
  { instance, machineCpus }: CgroupsOptions,
): Cgroups {
  const base = new Map<Controller, string>();
  for (const controller of controllers) {
    const own = layout.own[controller];
    if (own !== undefined) base.set(controller, `${own}/aloft-${instance}`);
  }
  const bases = [...new Set(base.values())];
  for (const folder of bases) mkdirSync(folder, { recursive: true });
  return {
    bases,
    dispose: () => removeEmpty(bases),
    missing: missingOf((name) => base.has(name)),
    create(id, limits) {
      const at = (name: Controller) => {
        const parent = base.get(name);
        return parent === undefined ? undefined : `${parent}/${id}`;
      };
      const folders = bases.map((folder) => `${folder}/${id}`);
      const [first, ...rest] = folders;
      if (first === undefined) return undefined;
      for (const folder of folders) mkdirSync(folder, { recursive: true });
      const [memory, cpu, pids, cpuacct] = [at("memory"), at("cpu"), at("pids"), at("cpuacct")];
      if (memory !== undefined) limitMemoryV1(memory, limits.memoryBytes);
      if (cpu !== undefined && limits.cpus < machineCpus)
        writeFileSync(
          `${cpu}/cpu.cfs_quota_us`,
          String(Math.max(1000, Math.round(limits.cpus * period))),
        );
      if (pids !== undefined) writeFileSync(`${pids}/pids.max`, String(limits.pids));
      return {
        folders,
        place: {
          join: [`${first}/tasks`, ...rest.map((folder) => `${folder}/tasks`)],
          procs: `${first}/cgroup.procs`,
          ...(memory === undefined
            ? {}
            : {
                memoryPeak: `${memory}/memory.max_usage_in_bytes`,
                memoryEvents: `${memory}/memory.oom_control`,
              }),
          ...(cpuacct === undefined
            ? {}
            : { cpu: { file: `${cpuacct}/cpuacct.usage`, format: "nanoseconds" } }),
        },
      };
    },
  };
}

/** Memory and swap together may not be less than memory alone, so the order depends on what was set before. */
function limitMemoryV1(folder: string, bytes: number): void {
  const swap = `${folder}/memory.memsw.limit_in_bytes`;
  const memory = `${folder}/memory.limit_in_bytes`;
  const text = String(Math.floor(bytes));
  if (!existsSync(swap)) return writeFileSync(memory, text);
  try {
    writeFileSync(memory, text);
    writeFileSync(swap, text);
  } catch {
    writeFileSync(swap, text);
    writeFileSync(memory, text);
  }
}

function v2(
  layout: Extract<CgroupLayout, { version: 2 }>,
  { instance, machineCpus }: CgroupsOptions,
): Cgroups {
  const base = `${layout.parent}/aloft-${instance}`;
  mkdirSync(base, { recursive: true });
  // A group that has members may not hand controllers down: the base has none, its children have.
  const enabled = new Set(
    layout.controllers.filter((name) => handDown(layout.parent, name) && handDown(base, name)),
  );
  return {
    bases: [base],
    dispose: () => removeEmpty([base]),
    missing: missingOf((name) => name === "cpuacct" || enabled.has(name)),
    create(id, limits) {
      const folder = `${base}/${id}`;
      mkdirSync(folder, { recursive: true });
      if (enabled.has("memory")) {
        writeFileSync(`${folder}/memory.max`, String(Math.floor(limits.memoryBytes)));
        if (existsSync(`${folder}/memory.swap.max`))
          writeFileSync(`${folder}/memory.swap.max`, "0");
      }
      if (enabled.has("cpu") && limits.cpus < machineCpus)
        writeFileSync(
          `${folder}/cpu.max`,
          `${Math.max(1000, Math.round(limits.cpus * period))} ${period}`,
        );
      if (enabled.has("pids")) writeFileSync(`${folder}/pids.max`, String(limits.pids));
      const peak = `${folder}/memory.peak`;
      return {
        folders: [folder],
        place: {
          join: [`${folder}/cgroup.procs`],
          procs: `${folder}/cgroup.procs`,
          ...(existsSync(peak) ? { memoryPeak: peak } : {}),
          ...(enabled.has("memory") ? { memoryEvents: `${folder}/memory.events` } : {}),
          cpu: { file: `${folder}/cpu.stat`, format: "cpu.stat" },
        },
      };
    },
  };
}

function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // A run is still in it, or another has removed it.
    }
  }
}

function handDown(folder: string, controller: Controller): boolean {
  try {
    const file = `${folder}/cgroup.subtree_control`;
    if (!readFileSync(file, "utf8").split(/\s+/).includes(controller))
      writeFileSync(file, `+${controller}`);
    return true;
  } catch {
    return false;
  }
}

function missingOf(has: (controller: Controller) => boolean): string[] {
  const words: Partial<Record<Controller, string>> = {
    memory: "memory limits are not enforced: there is no memory controller",
    cpu: "cpu limits are not enforced: there is no cpu controller",
    pids: "process limits are not enforced: there is no pids controller",
  };
  return controllers.flatMap((name) => (has(name) || !words[name] ? [] : [words[name]]));
}

/** Kills every member of the groups. Does not wait until they are gone. */
export function killGroups(folders: readonly string[]): void {
  for (const folder of folders) {
    for (const pid of members(folder)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }
}

function members(folder: string): number[] {
  try {
    return readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Kills what is left in the groups and removes them. A group that is gone already is fine. */
export async function removeGroups(folders: readonly string[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + 10_000;
  let left = folders.filter((folder) => !removed(folder));
  for (let pause = 1; left.length > 0; pause = Math.min(pause * 2, 100)) {
    signal.throwIfAborted();
    if (performance.now() > deadline)
      throw new AloftError("failed", `processes of ${left[0]} cannot be killed`, {
        hint: "they wait in the kernel, often for a device or a network file system",
        retry: "later",
      });
    killGroups(left);
    await delay(pause, undefined, { signal });
    left = left.filter((folder) => !removed(folder));
  }
}

function removed(folder: string): boolean {
  try {
    for (const child of subgroups(folder)) removed(child);
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** Groups below one, such as those of earlier runs below a base. */
export function subgroups(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`);
  } catch {
    return [];
  }
}
