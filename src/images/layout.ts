import { createHash } from "node:crypto";
import { mkdir, open, readFile, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomId } from "../base/ids.ts";

/**
 * The image folder. Everything is a file, written beside its place and renamed into it:
 *
 * - `sha256/<hex>/image.squashfs` and `image.json`: an image and its record;
 * - `names/<name>`: a name and what it points to;
 * - `recipes/<key>`: the digest that a recipe was built to;
 * - `steps/<key>/u`: the upper layer that a `run` step left, an overlay's `upperdir`;
 * - `work/<key>-<random>`: a build under way; `locks/`: who is at what.
 */
export interface Layout {
  readonly folder: string;
  image(digest: string): string;
  squashfs(digest: string): string;
  record(digest: string): string;
  name(name: string): string;
  recipe(key: string): string;
  step(key: string): string;
  work(key: string): string;
  lock(key: string): string;
  readonly folders: Readonly<Record<(typeof parts)[number], string>>;
}

const parts = ["sha256", "names", "recipes", "steps", "work", "locks"] as const;

export function createLayout(folder: string): Layout {
  const part = (name: (typeof parts)[number], ...rest: string[]) => join(folder, name, ...rest);
  const image = (digest: string) => part("sha256", digest.replace(/^sha256:/, ""));
  return {
    folder,
    image,
    squashfs: (digest) => join(image(digest), "image.squashfs"),
    record: (digest) => join(image(digest), "image.json"),
    name: (name) => part("names", encodeURIComponent(name)),
    recipe: (key) => part("recipes", key),
    step: (key) => part("steps", key),
    work: (key) => part("work", `${key}-${randomId(8)}`),
    lock: (key) => part("locks", key),
    folders: {
      sha256: part("sha256"),
      names: part("names"),
      recipes: part("recipes"),
      steps: part("steps"),
      work: part("work"),
      locks: part("locks"),
    },
  };
}

/** Nobody but the owner enters: images hold set-user-id programs and other people's files. */
export async function makeFolders(layout: Layout): Promise<void> {
  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  for (const path of Object.values(layout.folders))
    await mkdir(path, { recursive: true, mode: 0o700 });
}

/** 128 bits of SHA-256 over the JSON text of `value`: short enough for an overlay's option string. */
export function keyOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

/** After a crash the file at `path` is the old one or the new one, whole. */
export async function writeAtomic(path: string, content: string): Promise<void> {
  const half = `${path}.${randomId(8)}.half`;
  const handle = await open(half, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, path);
  await syncFolder(dirname(path));
}

/** Makes renames and removals in `path` survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `undefined` where there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Names in a folder but for half-written files; none where the folder is missing. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => !name.endsWith(".half")).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
