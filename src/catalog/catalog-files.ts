import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AloftError } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";

/** A file of the catalogue's folder as it is now. */
export interface CatalogFile {
  readonly name: string;
  readonly path: string;
  /** Changes with every change of the file. */
  readonly stamp: string;
}

const ending = ".csv";
const names = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Throws `bad-input` for what cannot name a source. */
export function requireSourceName(name: string): void {
  if (names.test(name) && name !== "starter") return;
  const why = name === "starter" ? "is the starter catalogue's" : "cannot name a source";
  throw new AloftError("bad-input", `${JSON.stringify(name.slice(0, 80))} ${why}`, {
    hint: "use --name with small letters, digits, dots and dashes, such as --name group-cluster",
  });
}

/** The files of the folder by their names, in their order; none where the folder is missing. */
export async function listCatalogFiles(folder: string): Promise<CatalogFile[]> {
  const entries = await readdir(folder).catch(noneIfMissing);
  const found = entries
    .filter((entry) => entry.endsWith(ending) && names.test(entry.slice(0, -ending.length)))
    .toSorted();
  const files = await Promise.all(
    found.map(async (entry): Promise<CatalogFile[]> => {
      const path = join(folder, entry);
      const stamp = await stampOf(path);
      return stamp === undefined ? [] : [{ name: entry.slice(0, -ending.length), path, stamp }];
    }),
  );
  return files.flat();
}

/** `undefined` where there is no such file any more. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return found && `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/** Writes a source as a whole or not at all: whoever reads it sees the old text or the new one, also after a power cut. */
export async function writeCatalogFile(
  folder: string,
  name: string,
  lines: AsyncIterable<string>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${name}-${randomId()}.tmp`);
  try {
    await writeLines(temporary, lines);
    await rename(temporary, join(folder, name + ending));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** False where there was none. */
export async function removeCatalogFile(folder: string, name: string): Promise<boolean> {
  try {
    await rm(join(folder, name + ending));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await syncFolder(folder);
  return true;
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  let pending = "";
  for await (const line of lines) {
    pending += line;
    if (pending.length < 1 << 16) continue;
    await file.write(pending);
    pending = "";
  }
  await file.write(pending);
  await file.sync();
}

export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

/** The file's bytes as they are read; nothing of it is kept. Throws `bad-input` where it cannot be read. */
export async function* readChunks(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why = { ENOENT: "there is no such file", EISDIR: "it is a folder" }[String(code)];
    if (why === undefined && code !== "EACCES") throw error;
    throw new AloftError("bad-input", `${path} cannot be read: ${why ?? "no permission"}`, {
      cause: error,
    });
  }
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
