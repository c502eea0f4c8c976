import { mkdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { AloftError } from "../base/errors.ts";
import type { Image } from "../model/image.ts";
import type { BuildContext, BuildProgress } from "./build-context.ts";
import { readCompressed } from "./compressed.ts";
import { configuredSources, packDebian } from "./debian.ts";
import { redact } from "./failure.ts";
import { flatten, unstreamable } from "./flatten.ts";
import { type Layout, syncFolder } from "./layout.ts";
import { acquireLock } from "./lock.ts";
import { type Fetched, packOci, pin } from "./oci.ts";
import { emptyConfig, packFolder, packFolderCommand, packTar, seal } from "./pack.ts";
import { createPrograms } from "./program.ts";
import type { Plan } from "./recipe-key.ts";
import type { ImageRecord, Records } from "./records.ts";
import { packSteps, type StepCommand } from "./steps.ts";
import { removeTree } from "./sweep.ts";

export interface BuilderOptions {
  readonly layout: Layout;
  readonly records: Records;
  readonly stepCommand: StepCommand;
  readonly architecture: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string>>;
  /** Where APT's configuration is. */
  readonly aptFolder: string;
}

export interface BuildRun {
  readonly plan: Plan;
  /** Asks a moving source again. */
  readonly refresh: boolean;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildProgress) => void;
  /** Gives the image of the same recipe without its steps. */
  readonly base: (signal: AbortSignal) => Promise<Image>;
}

/** Builds one plan, alone among all processes; a second one finds what the first has made. */
export async function buildPlan(options: BuilderOptions, run: BuildRun): Promise<Image> {
  const { layout, records, environment } = options;
  const { key } = run.plan;
  const asked = options.clock.now();
  const lock = { signal: run.signal, environment } as const;
  await using building = await acquireLock(layout.lock("store"), {
    ...lock,
    mode: "shared",
    wait: true,
  });
  const first = await acquireLock(layout.lock(key), { ...lock, mode: "exclusive", wait: false });
  if (!first)
    run.emit({ phase: "resolve", message: "waiting for the same build in another process" });
  await using alone =
    first ?? (await acquireLock(layout.lock(key), { ...lock, mode: "exclusive", wait: true }));
  void building;
  void alone;
  const existing = await records.byRecipe(key);
  if (existing && (!run.refresh || existing.createdAt >= asked)) return existing;
  const work = layout.work(key);
  const context = contextOf(options, run, work);
  try {
    await mkdir(join(work, "tmp"), { recursive: true, mode: 0o700 });
    if (existing && (await isUnchanged(context, run.plan, existing))) return existing;
    return await make(options, run, context);
  } catch (error) {
    throw translated(error, run, context);
  } finally {
    await removeTree(work, layout.folders.work);
  }
}

function contextOf(
  options: BuilderOptions,
  { plan, signal, emit }: BuildRun,
  work: string,
): BuildContext {
  const { layout, environment, architecture } = options;
  return {
    layout,
    signal,
    work,
    architecture,
    subject: redact(plan.recipe.from),
    programs: createPrograms({ environment, marker: work, temporary: join(work, "tmp") }),
    emit,
    progress: (phase, message, fraction) =>
      emit({
        phase,
        message,
        ...(fraction === undefined ? {} : { fraction: Math.min(1, fraction) }),
      }),
  };
}

/** Only registries can say cheaply that nothing has changed. */
async function isUnchanged(context: BuildContext, { source }: Plan, existing: Image) {
  if (source.kind !== "registry") return false;
  return (await pin(context, source.reference)) === existing.pinned;
}

async function make(options: BuilderOptions, run: BuildRun, context: BuildContext): Promise<Image> {
  const { clock, records, layout } = options;
  const start = clock.elapsed();
  await needSpace(context, run.plan);
  const place = join(context.work, "image");
  await mkdir(place, { mode: 0o700 });
  const output = join(place, "image.squashfs");
  const { config, pinned } = await pack(options, run, { context, output });
  context.progress("pack", "computing the digest");
  const { digest, bytes } = await seal(output, config);
  run.signal.throwIfAborted();
  const record: ImageRecord = {
    digest,
    recipe: run.plan.recipe,
    ...(pinned === undefined ? {} : { pinned }),
    bytes,
    architecture: options.architecture,
    env: { ...config.env },
    entrypoint: [...config.entrypoint],
    command: [...config.command],
    ...(config.workdir === undefined ? {} : { workdir: config.workdir }),
    createdAt: clock.now(),
    buildSeconds: clock.elapsed() - start,
  };
  await writeFile(join(place, "image.json"), JSON.stringify(record, undefined, 2), { flush: true });
  await syncFolder(place);
  // The same content may be here already; then its record stays.
  if (!(await records.byDigest(digest))) await rename(place, layout.image(digest));
  await syncFolder(layout.folders.sha256);
  await records.setRecipe(run.plan.key, digest, record.createdAt);
  const image = await records.byDigest(digest);
  if (!image) throw new AloftError("internal", `image ${digest} is gone as soon as it was built`);
  return image;
}

interface Target {
  readonly context: BuildContext;
  readonly output: string;
}

async function pack(
  options: BuilderOptions,
  run: BuildRun,
  { context, output }: Target,
): Promise<Fetched> {
  const { source, recipe } = run.plan;
  if (recipe.run.length > 0) {
    const base = await run.base(run.signal);
    const config = { env: base.env, entrypoint: base.entrypoint, command: base.command };
    const full = base.workdir === undefined ? config : { ...config, workdir: base.workdir };
    const { stepCommand, environment } = options;
    const step = { stepCommand, environment, base: { digest: base.digest, config: full } };
    await packSteps(context, { ...step, commands: recipe.run }, output);
    return { config: full, ...(base.pinned === undefined ? {} : { pinned: base.pinned }) };
  }
  switch (source.kind) {
    case "debian": {
      const configured = await configuredSources(options.aptFolder);
      const request = { suite: source.suite, packages: recipe.packages, configured };
      return packDebian(context, request, output);
    }
    case "dir":
      if (`${options.layout.folder}/`.startsWith(`${source.path}/`.replace("//", "/")))
        throw new AloftError("bad-input", `${context.subject} holds Aloft's own state folder`, {
          hint: "name a folder with a root file system in it",
        });
      context.progress("pack", "packing");
      await packFolder(context, packFolderCommand(source.path, output));
      return { config: emptyConfig };
    case "tar":
      await packTarFile(context, source.path, output);
      return { config: emptyConfig };
    case "image":
      throw new AloftError("internal", "an image without steps needs no build");
    default:
      return packOci(context, source, output);
  }
}

async function packTarFile(context: BuildContext, path: string, output: string): Promise<void> {
  const { size } = await stat(path);
  const { programs, signal, subject } = context;
  let read = 0;
  const open = () =>
    readCompressed({
      path,
      subject,
      programs,
      signal,
      onRead(bytes) {
        read += bytes;
        context.progress("pack", "packing", read / size);
      },
    });
  try {
    await packTar(context, flatten({ layers: [open], whiteouts: false }), output);
  } catch (error) {
    if (error !== unstreamable) throw error;
    const folder = join(context.work, "root");
    await mkdir(folder, { mode: 0o755 });
    context.progress("unpack", "unpacking");
    const options = ["--numeric-owner", "--xattrs", "--xattrs-include=*", "--preserve-permissions"];
    await programs.run({
      argv: ["tar", "-C", folder, ...options, "--extract", "--file", path],
      subject,
      signal,
    });
    await rm(output, { force: true });
    await packFolder(context, packFolderCommand(folder, output));
  }
}

/** Bytes that a build of a kind surely needs: a minimal Debian with its packages, a small image. */
const leastSpace = { debian: 400 * 2 ** 20, registry: 32 * 2 ** 20, other: 2 ** 20 };

async function needSpace({ layout, subject }: BuildContext, { source }: Plan): Promise<void> {
  const isFile = source.kind === "tar" || source.kind.endsWith("-archive");
  const size = isFile && "path" in source ? (await stat(source.path)).size / 2 : 0;
  const least =
    source.kind === "debian" || source.kind === "registry"
      ? leastSpace[source.kind]
      : leastSpace.other;
  const needed = Math.max(size, least);
  const { bavail, bsize } = await statfs(layout.folder);
  if (bavail * bsize >= needed) return;
  throw new AloftError(
    "disk-full",
    `${layout.folder} has ${formatBytes(bavail * bsize)} free, and ${subject} needs ${formatBytes(Math.round(needed))}`,
    { retry: "later" },
  );
}

function translated(error: unknown, { signal }: BuildRun, { subject }: BuildContext): unknown {
  if (signal.aborted)
    return new AloftError("cancelled", `the build of ${subject} was cancelled`, { cause: error });
  return error;
}
