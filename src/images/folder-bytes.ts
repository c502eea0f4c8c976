import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a tree occupies on the disk, as `du` counts: blocks of 512 bytes, a hard-linked file each time. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    bytes += (await lstat(join(entry.parentPath, entry.name))).blocks * 512;
  return bytes;
}
