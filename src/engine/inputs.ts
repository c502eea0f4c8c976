import { constants } from "node:fs";
import { cp, glob, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { AloftError } from "../base/errors.ts";

/**
 * Copies inputs (paths and globs, relative to `origin`) into the working folder, keeping their place below `origin`; what
 * lies elsewhere keeps its last name only, and of `origin` itself the content is copied. Copies share blocks where the
 * file system can. A repeat copies anew. Throws `bad-input`, before anything is copied, where two inputs would be in one
 * place.
 */
export async function stageInputs(
  inputs: readonly string[],
  origin: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  /** Sources by their place in the working folder. */
  const places = new Map<string, string>();
  for (const input of inputs) {
    const sources = await matches(input, origin);
    if (sources.length === 0)
      throw new AloftError("bad-input", `input "${input}" matches nothing in ${origin}`, {
        hint: "inputs are files, folders or globs relative to the workload file",
      });
    for (const source of sources) {
      if (isWithin(source, work))
        throw new AloftError("bad-input", `input "${input}" holds the run's own folder ${work}`, {
          hint: "name what is needed of it",
        });
      place(places, source, origin);
    }
  }
  refuseOverlaps(places, origin);
  for (const [target, source] of places) {
    signal.throwIfAborted();
    await copy(source, join(work, target));
  }
}

/** Bytes of what `stageInputs` would copy; `null` where an input matches nothing. */
export async function inputBytes(
  inputs: readonly string[],
  origin: string,
): Promise<number | null> {
  let bytes = 0;
  for (const input of inputs) {
    const sources = await matches(input, origin);
    if (sources.length === 0) return null;
    for (const source of sources) bytes += await bytesOf(source);
  }
  return bytes;
}

async function bytesOf(path: string): Promise<number> {
  const status = await lstat(path);
  if (!status.isDirectory()) return status.size;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async ({ parentPath, name }) => (await lstat(join(parentPath, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function matches(input: string, origin: string): Promise<string[]> {
  const found = await named(input, origin);
  const whole = found.includes(resolve(origin))
    ? (await readdir(origin)).map((name) => resolve(origin, name))
    : [];
  return [...found.filter((path) => path !== resolve(origin)), ...whole];
}

async function named(input: string, origin: string): Promise<string[]> {
  const direct = resolve(origin, input);
  if (await lstat(direct).catch(() => undefined)) return [direct];
  if (!/[*?[{]/.test(input)) return [];
  return (await Array.fromAsync(glob(input, { cwd: origin }))).map((path) => resolve(origin, path));
}

function place(places: Map<string, string>, source: string, origin: string): void {
  const target = placeOf(source, origin);
  const other = places.get(target);
  if (other !== undefined && other !== source) throw overlap(other, source, target, origin);
  places.set(target, source);
}

/** A place inside another must hold the same by itself as what was copied with the other. */
function refuseOverlaps(places: ReadonlyMap<string, string>, origin: string): void {
  for (const [target, source] of places)
    for (let above = dirname(target); above !== "."; above = dirname(above)) {
      const other = places.get(above);
      if (other !== undefined && join(other, relative(above, target)) !== source)
        throw overlap(other, source, target, origin);
    }
}

function overlap(one: string, other: string, target: string, origin: string): AloftError {
  const [first, second] = [one, other].map((path) => `"${relative(origin, path)}"`);
  return new AloftError(
    "bad-input",
    `the inputs ${first} and ${second} would both be "${target}" in the working folder`,
    { hint: "what lies outside the workload's folder keeps its last name only; rename one" },
  );
}

function placeOf(source: string, origin: string): string {
  return isWithin(origin, source) ? relative(origin, source) : basename(source);
}

/** Whether `path` is `folder` or lies below it. */
function isWithin(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps !== ".." && !steps.startsWith("../") && !isAbsolute(steps);
}

/** Through a temporary name: a copy cut short by a kill is never taken for the file. */
async function copy(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const half = join(dirname(target), `.${basename(target)}.part`);
  await rm(half, { recursive: true, force: true });
  await cp(source, half, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
  await rm(target, { recursive: true, force: true });
  await rename(half, target);
}
