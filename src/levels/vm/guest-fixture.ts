import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Job, jobFiles } from "../../model/job.ts";
import { jobScript } from "../../model/job-script.ts";
import { stopScript } from "../../model/stop-script.ts";
import { ExitRecord } from "../../model/exit-record.ts";
import type { LevelEngine, SandboxRequest } from "../level.ts";

/** A root file system of busybox alone, as a squashfs file. */
export async function busyboxImage(folder: string): Promise<string> {
  const root = join(folder, "root");
  await mkdir(join(root, "bin"), { recursive: true });
  await mkdir(join(root, "etc"));
  execFileSync("cp", ["/bin/busybox", join(root, "bin")]);
  execFileSync("/bin/busybox", ["--install", "-s", join(root, "bin")]);
  await writeFile(join(root, "etc/os-release"), "NAME=tiny\n");
  const image = join(folder, "image,with comma.sqsh");
  execFileSync("mksquashfs", [root, image, "-quiet", "-no-progress", "-comp", "zstd"]);
  return image;
}

export interface TestRun {
  readonly folder: string;
  readonly process: ChildProcess;
  /** Resolves when job.sh has ended. */
  readonly ended: Promise<Outcome>;
}

export interface Outcome {
  readonly exit: ExitRecord;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export type Wish = Partial<SandboxRequest> &
  Pick<SandboxRequest, "argv"> & { seconds?: number; graceSeconds?: number };

/** Starts `job.sh` in a session of its own, as a platform does. */
export async function startRun(engine: LevelEngine, folder: string, wish: Wish): Promise<TestRun> {
  await mkdir(join(folder, jobFiles.work), { recursive: true });
  const { seconds, graceSeconds, ...rest } = wish;
  const request: SandboxRequest = {
    id: "test.1",
    hostname: "guest",
    env: {},
    network: "none",
    cpus: 1,
    memoryBytes: 128 * 1024 ** 2,
    folder,
    ...rest,
  };
  const job: Job = {
    id: request.id,
    folder,
    sandbox: engine.sandbox(request),
    limits: {
      cpus: request.cpus,
      memoryBytes: request.memoryBytes,
      pids: 1000,
      graceSeconds: graceSeconds ?? 10,
      ...(seconds === undefined ? {} : { seconds }),
    },
  };
  for (const file of job.sandbox.files)
    await writeFile(join(folder, file.path), file.content, { mode: file.mode ?? 0o600 });
  await writeFile(join(folder, jobFiles.script), jobScript(job, {}));
  await writeFile(join(folder, jobFiles.stop), stopScript(job, {}));
  const process = spawn("sh", [jobFiles.script], { cwd: folder, detached: true, stdio: "ignore" });
  const ended = once(process, "exit").then(async () => ({
    exit: ExitRecord.parse(JSON.parse(await readFile(join(folder, jobFiles.exit), "utf8"))),
    stdout: await readFile(join(folder, jobFiles.stdout)),
    stderr: await readFile(join(folder, jobFiles.stderr)),
  }));
  return { folder, process, ended };
}

export function stopRun(folder: string): void {
  execFileSync("sh", [jobFiles.stop, jobFiles.cancelled], { cwd: folder, stdio: "ignore" });
}

/** Waits for a condition. Throws when it does not come true in time. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function lacks(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths)
    if (
      await access(path).then(
        () => false,
        () => true,
      )
    )
      return path;
  return undefined;
}
