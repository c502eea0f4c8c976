import { mkdir, readFile, rename, rm, lstat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { AloftError } from "../base/errors.ts";
import type { BuildContext } from "./build-context.ts";
import { redact } from "./failure.ts";
import { isMissing, keyOf, syncFolder } from "./layout.ts";
import { acquireLock } from "./lock.ts";
import { type ImageConfig, packFolder, packFolderCommand } from "./pack.ts";

export interface StepRequest {
  /** Unique among all builds: lower-case letters, digits and `-`. */
  readonly id: string;
  /** Where the writable root file system is when the command line runs. Nothing is there yet. */
  readonly root: string;
  /** An empty folder of this step alone, for files that the command line needs. */
  readonly folder: string;
  /** For `sh -c`, inside the root. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** To be seen inside, read-only, as /etc/resolv.conf. */
  readonly resolvConf: string;
}

/**
 * Prepares one step and answers the command line that does it, in a container with the host's network. It is
 * started as root, as the first process of a pid and a mount namespace that hold `root` and that die with the
 * build; what it leaves running is killed. Its exit code is the step's.
 */
export type StepCommand = (request: StepRequest) => Promise<readonly string[]>;

export interface StepsOptions {
  readonly stepCommand: StepCommand;
  readonly environment: Readonly<Record<string, string>>;
  readonly base: { readonly digest: string; readonly config: ImageConfig };
  readonly commands: readonly string[];
}

/**
 * Runs what is not cached, and packs the result. A step's cache is the overlay's upper folder that it left; its
 * key is made of all that it depends on: the base's digest and the commands up to it.
 */
export async function packSteps(context: BuildContext, options: StepsOptions, output: string) {
  const layers: string[] = [];
  let key: string = options.base.digest;
  for (const [index, command] of options.commands.entries()) {
    key = keyOf([key, command]);
    await using lock = await acquireLock(context.layout.lock(key), {
      mode: "exclusive",
      wait: true,
      signal: context.signal,
      environment: options.environment,
    });
    void lock;
    const step: Step = { key, command, step: index + 1, of: options.commands.length, layers };
    if (await isThere(context.layout.step(key))) say(context, step, `cached: ${command}`);
    else await runStep(context, options, step);
    layers.unshift(join("steps", key, "u"));
  }
  context.progress("pack", "packing");
  const { root, script } = await mountScript(context, options, { layers });
  await packFolder(context, [...script, ...packFolderCommand(root, output)]);
}

interface Step {
  readonly key: string;
  readonly command: string;
  readonly step: number;
  readonly of: number;
  readonly layers: readonly string[];
}

function say(context: BuildContext, { step, of }: Step, message: string): void {
  context.emit({ phase: "step", message: redact(message), step, of });
}

async function runStep(context: BuildContext, options: StepsOptions, step: Step): Promise<void> {
  const folder = join(context.work, `step-${step.step}`);
  const place = join(folder, "layer");
  const upper = join(place, "u");
  const overlay = join(folder, "w");
  const bundle = join(folder, "bundle");
  for (const path of [upper, overlay, bundle]) await mkdir(path, { recursive: true, mode: 0o755 });
  const { root, script } = await mountScript(context, options, {
    layers: step.layers,
    writable: { upper, overlay },
  });
  say(context, step, step.command);
  const argv = await options.stepCommand({
    id: `build-${step.key}`,
    root,
    folder: bundle,
    command: step.command,
    env: stepEnvironment(options),
    workdir: options.base.config.workdir ?? "/",
    resolvConf: await resolverFile(folder),
  });
  await context.programs.run({
    argv: [...script, ...argv],
    subject: context.subject,
    signal: context.signal,
    directory: context.layout.folder,
    onLine: (line) => say(context, step, line),
    explain: ({ code, output }) => stepError(step, code, output),
  });
  await dropMountPoint(join(upper, "etc", "resolv.conf"));
  await context.programs.run({
    argv: ["sync", "-f", upper],
    subject: context.subject,
    signal: context.signal,
  });
  await rename(place, context.layout.step(step.key));
  await syncFolder(context.layout.folders.steps);
  await rm(folder, { recursive: true });
}

function stepError({ step, of, command }: Step, code: number | null, output: string) {
  const details = { program: "run", step, exitCode: code, output: redact(output).slice(-4000) };
  const last = redact(output).trim().split("\n").at(-1)?.slice(-300) ?? "";
  const shown = redact(command.length > 120 ? `${command.slice(0, 117)}...` : command);
  if (/^mount: .*(?:overlay|loop|squashfs)/m.test(output))
    return new AloftError(
      "refused",
      `the file system for step ${step} cannot be mounted: ${last}`,
      {
        hint: "keep Aloft's state folder on a file system that can carry an overlay (ext4, xfs, btrfs), and run the server as root",
        details,
      },
    );
  // What our own shell says when it is to become a program that is not there.
  const missing = /^sh: \d+: exec: (\S+): not found$/m.exec(output)?.[1];
  if (missing !== undefined)
    return new AloftError("unavailable", `${missing}, which runs steps, is not installed`, {
      hint: `apt-get install ${missing}`,
    });
  if (/No space left on device/.test(output))
    return new AloftError("disk-full", `the disk became full in step ${step} of ${of}: ${shown}`, {
      hint: "free space where Aloft keeps its state, for instance with `aloft image gc`",
      retry: "later",
      details,
    });
  const ending = code === null ? "was killed" : `ended with exit code ${code}`;
  return new AloftError(
    "failed",
    `step ${step} of ${of} ${ending}: ${shown}${last === "" ? "" : ` (${last})`}`,
    { hint: "correct the step; the ones before it are kept", details },
  );
}

function stepEnvironment({ environment, base }: StepsOptions): Record<string, string> {
  const proxies = Object.entries(environment).filter(([name]) =>
    /^(?:https?|ftp|no|all)_proxy$/i.test(name),
  );
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    DEBIAN_FRONTEND: "noninteractive",
    ...Object.fromEntries(proxies),
    ...base.config.env,
  };
}

/** A copy, because the host's may be a link into a place that changes. */
async function resolverFile(folder: string): Promise<string> {
  const file = join(folder, "resolv.conf");
  const text = await readFile("/etc/resolv.conf", "utf8").catch((error: unknown) => {
    if (isMissing(error)) return "";
    throw error;
  });
  await writeFile(file, text, { mode: 0o644 });
  return file;
}

/** An empty file that nobody wrote: the place where resolv.conf was mounted. */
async function dropMountPoint(path: string): Promise<void> {
  const there = await lstat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (there?.isFile() && there.size === 0) await rm(path);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

/** Fails at the first mount that fails; then becomes the command. */
const mounts = `set -e
base=$1 image=$2 root=$3 options=$4
shift 4
mount -t squashfs -o loop,ro,nodev "$image" "$base"
mount -t overlay -o "$options" overlay "$root"
exec "$@"`;

interface Overlay {
  /** Upper folders of the steps before, the newest first, relative to the image folder. */
  readonly layers: readonly string[];
  readonly writable?: { readonly upper: string; readonly overlay: string };
}

/**
 * A command line that mounts and goes on with what is appended. Relative paths keep the options short (the
 * kernel takes one page, enough for a hundred steps) and free of the commas and colons that a path may hold.
 * `volatile` leaves out the syncs that dpkg asks for: a step counts only after we have synced it.
 */
async function mountScript(context: BuildContext, options: StepsOptions, overlay: Overlay) {
  const { layout, work } = context;
  const base = join(work, "base");
  const root = join(work, "root");
  for (const path of [base, root]) await mkdir(path, { recursive: true });
  const inside = (path: string) => relative(layout.folder, path);
  const parts = [`lowerdir=${[...overlay.layers, inside(base)].join(":")}`];
  if (overlay.writable) {
    parts.push(`upperdir=${inside(overlay.writable.upper)}`);
    parts.push(`workdir=${inside(overlay.writable.overlay)}`, "volatile");
  }
  parts.push("redirect_dir=off", "metacopy=off");
  const image = layout.squashfs(options.base.digest);
  return { root, script: ["sh", "-c", mounts, "sh", base, image, root, parts.join(",")] };
}
