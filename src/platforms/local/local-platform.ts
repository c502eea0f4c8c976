import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { asAloftError, AloftError } from "../../base/errors.ts";
import type { JobPlace } from "../../model/job-place.ts";
import { jobScript, reserveBytes } from "../../model/job-script.ts";
import { type Job, jobFiles } from "../../model/job.ts";
import { stopScript } from "../../model/stop-script.ts";
import type { Observed, Platform, Staged, StageRequest } from "../platform.ts";
import { cgroupLayout, type CgroupLayout } from "./cgroup-layout.ts";
import { createCgroups, removeGroups, subgroups } from "./cgroups.ts";
import { bootId, bootTime, machineFacts } from "./machine-facts.ts";
import { createLauncher } from "./launcher.ts";
import { mayMountImages } from "./mounting.ts";
import { createRoots, type RootsOptions } from "./roots.ts";
import {
  hasStarter,
  isReused,
  observeFolder,
  readExit,
  readJobProcess,
  readText,
  sessionMembers,
} from "./run-folder.ts";
import { createWatcher } from "./watcher.ts";

export interface LocalPlatformOptions {
  /** The state folder, absolute. Ours in it: `runs`, `mounts` and `cgroup-bases`. */
  readonly folder: string;
  /** Keeps Alofts with different state folders apart: lower-case letters and digits. */
  readonly instance: string;
  readonly clock: Clock;
  /** The environment that `job.sh` and bare processes start with: PATH, HOME, LANG and the like. */
  readonly env: Readonly<Record<string, string>>;
  readonly roots?: Pick<RootsOptions, "ready" | "idleSeconds" | "refillDelay">;
}

export interface LocalPlatform extends Platform {
  /** Limits that cannot be enforced here, as sentences; empty where all are. */
  readonly missing: readonly string[];
  readonly layout: CgroupLayout;
  /** Whether `root` can be staged: an image mounted as a writable root file system. */
  readonly mayMount: boolean;
}

/** A link in a run directory to the root file system that the run has. */
const rootLink = "root";

/** The descriptor of job.sh on which it tells of its end: none that a program or sh itself uses. */
const noticeDescriptor = 9;

/** Runs jobs on the machine of the server. The run directories are the truth: it keeps nothing else that matters. */
export async function createLocalPlatform(options: LocalPlatformOptions): Promise<LocalPlatform> {
  const { clock } = options;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  // The kernel's list of mounts has real paths only.
  const folder = realpathSync(options.folder);
  const runs = join(folder, "runs");
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const layout = cgroupLayout({
    mountinfo: readText("/proc/self/mountinfo") ?? "",
    cgroup: readText("/proc/self/cgroup") ?? "",
    uid: process.getuid?.() ?? 0,
    read: readText,
  });
  const machine = machineFacts(layout);
  const groups = createCgroups({ layout, instance: options.instance, machineCpus: machine.cpus });
  const roots = createRoots({ folder: join(folder, "mounts"), clock, ...options.roots });
  const boot = { id: bootId(), time: bootTime(clock.now()) };
  // The server's own group may be another one each time, and ours are below it: the file remembers all.
  const basesFile = join(folder, "cgroup-bases");
  const bases = new Set([
    ...(readText(basesFile)?.split("\n").filter(existsSync) ?? []),
    ...groups.bases,
  ]);
  const watcher = createWatcher({ observe });
  const launcher = createLauncher({
    cwd: folder,
    env: options.env,
    notice: noticeDescriptor,
    onEnd: (id) => watcher.changed(id),
  });

  function folderOf(id: string): string {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(id))
      throw new AloftError("internal", `"${id}" cannot name a run's folder`);
    return join(runs, id);
  }

  function observe(id: string): Observed | undefined {
    const place = folderOf(id);
    return observeFolder(id, place, boot, () => launcher.isLaunched(id) || isStarting(place));
  }

  /** Whether a process is about to begin the job: an earlier server may have been killed just after it started one. */
  function isStarting(place: string): boolean {
    return hasStarter({ place, home: folder, ours: launcher.waiting });
  }

  /** Waits for a job.sh that an earlier server started just before it was killed: it makes its pid file, or it is gone. */
  async function starterGone(place: string, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + 5000;
    while (!existsSync(join(place, jobFiles.pid)) && isStarting(place)) {
      if (performance.now() > deadline)
        throw new AloftError("unavailable", `${place} is being started by somebody else`, {
          retry: "later",
        });
      await delay(5, undefined, { signal });
    }
  }

  async function stage(request: StageRequest, signal: AbortSignal): Promise<Staged> {
    const place = folderOf(request.id);
    mkdirSync(join(place, jobFiles.work), { recursive: true, mode: 0o755 });
    const reserve = join(place, jobFiles.reserve);
    if (!existsSync(reserve) && !existsSync(join(place, jobFiles.exit)))
      writeFileSync(reserve, " ".repeat(reserveBytes), { mode: 0o600 });
    const { image } = request;
    if (!image) return { folder: place };
    if (image.need === "squashfs") return { folder: place, image: { squashfs: image.squashfs } };
    const root = roots.path(await rootFor(place, image.squashfs, signal));
    return { folder: place, image: { squashfs: image.squashfs, root } };
  }

  /** The root of a run: the one it has, or a fresh one where an earlier server's namespace took that away. */
  async function rootFor(place: string, squashfs: string, signal: AbortSignal): Promise<string> {
    const had = slotOf(place);
    if (had !== undefined) {
      await starterGone(place, signal);
      if (roots.isMounted(had) || existsSync(join(place, jobFiles.pid))) return had;
      rmSync(join(place, rootLink));
      await roots.drop(had);
    }
    const slot = await roots.take(squashfs);
    symlinkSync(roots.path(slot), join(place, rootLink));
    return slot;
  }

  async function submit(job: Job, signal: AbortSignal): Promise<void> {
    const { sandbox, limits } = job;
    const place = folderOf(job.id);
    const script = join(place, jobFiles.script);
    if (launcher.isLaunched(job.id)) return;
    // An earlier server may have been killed in the middle of this: what it started reads these files.
    if (existsSync(script)) await starterGone(place, signal);
    if (existsSync(join(place, jobFiles.pid)) || existsSync(join(place, jobFiles.exit))) return;
    for (const file of sandbox.files) {
      const path = join(place, file.path);
      if (file.path.includes("/")) mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.content, { mode: file.mode ?? 0o600 });
    }
    const memoryBytes = limits.memoryBytes + sandbox.overheadBytes;
    const group = groups.create(job.id, { ...limits, memoryBytes });
    const jobPlace: JobPlace = {
      bootTime: bootTime(clock.now()),
      notice: noticeDescriptor,
      bootId: boot.id,
      ...(group ? { cgroup: group.place } : {}),
    };
    writeFileSync(join(place, jobFiles.stop), stopScript(job, jobPlace), { mode: 0o700 });
    writeFileSync(script, jobScript(job, jobPlace), { mode: 0o700 });
    void launcher.launch(job.id, script).then(() => watcher.expectStart(job.id));
  }

  async function cancel(id: string, now: boolean): Promise<void> {
    const place = folderOf(id);
    if (!existsSync(place) || readExit(place)) return;
    const stop = join(place, jobFiles.stop);
    if (!existsSync(stop)) return writeFileSync(join(place, jobFiles.cancelled), "");
    const args = [stop, jobFiles.cancelled, ...(now ? ["", "now"] : [])];
    const child = spawn("/bin/sh", args, {
      detached: true,
      stdio: "ignore",
      env: { ...options.env },
    });
    child.unref();
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
  }

  async function release(id: string, signal: AbortSignal): Promise<void> {
    const place = folderOf(id);
    const seen = observe(id);
    if (seen?.state === "running" || seen?.state === "waiting")
      throw new AloftError("conflict", `run ${id} has not ended`, { retry: "later" });
    if (seen?.state === "vanished") killSession(place);
    await removeGroups(
      [...bases].map((base) => `${base}/${id}`),
      signal,
    );
    const slot = slotOf(place);
    if (slot !== undefined) await roots.drop(slot);
    const names = existsSync(place) ? readdirSync(place) : [];
    const engines = names.filter((name) => name.startsWith(jobFiles.enginePrefix));
    for (const name of [rootLink, jobFiles.engine, jobFiles.reserve, ...engines])
      await rm(join(place, name), { recursive: true, force: true });
  }

  /** Ids of all runs that left a directory here. */
  function ids(): string[] {
    return readdirSync(runs).filter((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name));
  }

  /** Takes over what an earlier server started, and removes what it left. */
  async function recover(): Promise<void> {
    const used = new Set<string>();
    const usedGroups = new Set<string>();
    for (const id of ids()) {
      const slot = slotOf(folderOf(id));
      const released = slot === undefined && !existsSync(join(folderOf(id), jobFiles.reserve));
      const seen = released ? undefined : observe(id);
      if (seen?.state === "running" || seen?.state === "waiting") watcher.adopt(id);
      if (seen?.state === "ended") continue;
      if (slot !== undefined) used.add(slot);
      usedGroups.add(id);
    }
    await roots.recover(used);
    await sweepGroups(bases, usedGroups);
    writeFileSync(basesFile, [...bases].join("\n"));
  }

  await recover();
  return {
    name: "local",
    layout,
    mayMount: mayMountImages(
      readText("/proc/self/status") ?? "",
      readText("/proc/self/uid_map") ?? "",
    ),
    missing: groups.missing,
    machine: () => Promise.resolve(machine),
    stage: (request, signal) => translated(() => stage(request, signal)),
    submit: (job, signal) => translated(() => submit(job, signal)),
    observe: (id) => translated(() => observe(id)),
    cancel: (id, { now }) => translated(() => cancel(id, now)),
    release: (id, signal) => translated(() => release(id, signal)),
    list: () => translated(() => ids().flatMap((id) => observe(id) ?? [])),
    watch: (changed) => watcher.watch(changed),
    async [Symbol.asyncDispose]() {
      watcher.dispose();
      await launcher.dispose();
      await roots.dispose();
      groups.dispose();
    },
  };
}

async function translated<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw asAloftError(error);
  }
}

function slotOf(place: string): string | undefined {
  try {
    return dirname(readlinkSync(join(place, rootLink)))
      .split("/")
      .at(-1);
  } catch {
    return undefined;
  }
}

/** Where no group held the processes of a job.sh that was killed, its session still does. */
function killSession(place: string): void {
  const job = readJobProcess(place);
  if (!job || job.bootId !== bootId() || isReused(job)) return;
  for (const pid of sessionMembers(job.pid)) process.kill(pid, "SIGKILL");
}

/** Removes groups without a run. */
async function sweepGroups(bases: ReadonlySet<string>, used: ReadonlySet<string>): Promise<void> {
  const stale = [...bases].flatMap(subgroups).filter((it) => !used.has(it.split("/").at(-1) ?? ""));
  await removeGroups(stale, AbortSignal.timeout(20_000));
}
