import { constants } from "node:fs";
import { cp, glob, lstat, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { AloftError } from "../base/errors.ts";

/**
 * Copies inputs (paths and globs, relative to `origin`) into the working folder, keeping their place below `origin`; what
 * lies elsewhere keeps its last name only. Copies share blocks where the file system can. A repeat copies anew.
 */
export async function stageInputs(
  inputs: readonly string[],
  origin: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  for (const input of inputs) {
    const sources = await matches(input, origin);
    if (sources.length === 0)
      throw new AloftError("bad-input", `input "${input}" matches nothing in ${origin}`, {
        hint: "inputs are files, folders or globs relative to the workload file",
      });
    for (const source of sources) {
      signal.throwIfAborted();
      await copy(source, join(work, placeOf(source, origin)));
    }
  }
}

async function matches(input: string, origin: string): Promise<string[]> {
  const direct = resolve(origin, input);
  if (await lstat(direct).catch(() => undefined)) return [direct];
  if (!/[*?[{]/.test(input)) return [];
  return (await Array.fromAsync(glob(input, { cwd: origin }))).map((path) => resolve(origin, path));
}

function placeOf(source: string, origin: string): string {
  const path = relative(origin, source);
  return path.startsWith("..") || isAbsolute(path) || path === "" ? basename(source) : path;
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
