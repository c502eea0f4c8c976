import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync, readdirSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../base/clock.ts";
import type { Recipe } from "../model/image.ts";
import type { BuildProgress } from "./build-context.ts";
import { stepCommand } from "../level-engines.ts";
import { createImageStore, type ImageStoreOptions } from "./image-store.ts";

/** What the image tests share: a folder of their own, a store in it, a tiny root file system, the machine's state. */
export const execute = promisify(execFile);

export const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** Why a test cannot run here, with the command that changes it; `undefined` where it can. */
export function lacks(...programs: string[]): string | undefined {
  if (process.getuid?.() !== 0) return "needs root: sudo npm test";
  const folders = `${process.env["PATH"]}:/usr/sbin:/usr/bin`.split(delimiter);
  const missing = programs.filter(
    (name) => !folders.some((folder) => isProgram(join(folder, name))),
  );
  return missing.length === 0
    ? undefined
    : `needs ${missing.join(", ")}: apt-get install ${missing.join(" ")}`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function makeBench(extra: Partial<ImageStoreOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "aloft-images-"));
  const options: ImageStoreOptions = {
    folder: join(folder, "images"),
    stepCommand: stepCommand({
      program: "/usr/bin/crun",
      init: "/bin/busybox",
      architecture: process.arch,
    }),
    architecture: process.arch,
    clock: systemClock,
    environment,
    ...extra,
  };
  const store = createImageStore(options);
  const events: BuildProgress[] = [];
  const signal = AbortSignal.timeout(120_000);
  return {
    folder,
    store,
    events,
    signal,
    options,
    build: (recipe: Partial<Recipe> & { from: string }, more: object = {}) =>
      store.build(
        { packages: [], run: [], ...recipe },
        { origin: folder, signal, onProgress: (event) => void events.push(event), ...more },
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Busybox and a few names for it: a root file system of 2 MB that can run steps. */
export async function makeRoot(folder: string): Promise<string> {
  const root = join(folder, "root");
  for (const path of ["bin", "etc", "tmp"]) await mkdir(join(root, path), { recursive: true });
  await copyFile("/bin/busybox", join(root, "bin", "busybox"));
  for (const name of [
    "sh",
    "cat",
    "echo",
    "ls",
    "wc",
    "sleep",
    "test",
    "rm",
    "mkdir",
    "wget",
    "dd",
  ])
    await symlink("busybox", join(root, "bin", name));
  await writeFile(join(root, "etc", "os-release"), "ID=tiny\n");
  return root;
}

/** `mode owner path [-> target]` of everything in a squashfs, sorted. */
export async function listing(squashfs: string): Promise<string[]> {
  const { stdout } = await execute("unsquashfs", ["-lln", squashfs]);
  return stdout
    .split("\n")
    .filter((line) => line.includes("squashfs-root"))
    .map((line) => {
      const [mode = "", owner = "", , , , ...path] = line.split(/\s+/);
      return `${mode} ${owner} ${path.join(" ").replace(/^squashfs-root\/?/, "/")}`;
    })
    .toSorted();
}

export async function content(squashfs: string, path: string): Promise<string> {
  const { stdout } = await execute("unsquashfs", ["-cat", squashfs, path]);
  return stdout;
}

/** Mounts and loop devices of any process that name `folder`. Nothing may ever be here between builds. */
export function traces(folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    found.push(...linesWith(`/proc/${pid}/mountinfo`, folder));
  for (const name of readdirSync("/sys/block"))
    found.push(...linesWith(`/sys/block/${name}/loop/backing_file`, folder));
  return found;
}

/** Programs that have `folder` in their environment or command line, this process apart. */
export function processes(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => [
      ...linesWith(`/proc/${pid}/environ`, folder),
      ...linesWith(`/proc/${pid}/cmdline`, folder),
    ]);
}

function linesWith(path: string, text: string): string[] {
  try {
    return readFileSync(path, "latin1")
      .split("\n")
      .filter((line) => line.includes(text));
  } catch {
    return [];
  }
}
