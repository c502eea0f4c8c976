import { basename, dirname } from "node:path";
import { blockSize, readTar } from "./tar-stream.ts";
import type { TarEntry } from "./tar-stream.ts";

/** Thrown for the rare layers that only unpacking on a disk can merge. */
export const unstreamable = new Error("these layers cannot be merged as streams");

export interface FlattenOptions {
  /** Open the layers one after the other, the uppermost first. */
  readonly layers: readonly (() => AsyncIterable<Buffer>)[];
  /** Whether names such as `.wh.x` take away what lower layers have (OCI image-spec, layer.md). */
  readonly whiteouts: boolean;
}

/** `layer` counts from the uppermost, 0. */
interface Seen {
  readonly layer: number;
  readonly folder: boolean;
}

/**
 * One tar of what the layers show together, in one pass and with nothing on disk: from the uppermost layer
 * down, an entry goes through unless something above has or hides its path. Hard links come last, when their
 * targets are known; folders that no layer describes are root's, mode 0755, time 0.
 *
 * Throws `unstreamable` for: a hard link to what a higher layer replaced, a path that a layer has twice, a
 * path through a symbolic link.
 */
export async function* flatten(options: FlattenOptions): AsyncGenerator<Buffer> {
  const seen = new Map<string, Seen>();
  const implied = new Set<string>();
  const hidden = new Set<string>();
  const opaque = new Set<string>();
  const links: { entry: TarEntry; layer: number }[] = [];
  /** Of the layer being read: files whose place a folder above has taken. */
  const replaced: string[] = [];
  for (const [layer, open] of options.layers.entries()) {
    const rootIsOpaque = opaque.has(".");
    const whiteouts: string[] = [];
    const opaques: string[] = [];
    for await (const entry of readTar(open())) {
      if (entry.path === "") continue;
      if (options.whiteouts && basename(entry.path).startsWith(".wh.")) {
        const name = basename(entry.path).slice(4);
        if (name === ".wh..opq") opaques.push(dirname(entry.path));
        else if (!name.startsWith(".wh.")) whiteouts.push(beside(entry.path, name));
        continue;
      }
      if (rootIsOpaque || !isVisible(entry, layer)) continue;
      if (entry.type === "1") links.push({ entry, layer });
      else yield* whole(entry);
    }
    for (const path of whiteouts) hidden.add(path);
    for (const path of [...opaques, ...replaced.splice(0)]) opaque.add(path);
  }
  for (const { entry, layer } of links) {
    const target = seen.get(entry.target);
    if (!target || target.folder || target.layer < layer) throw unstreamable;
    yield* whole(entry);
  }
  for (const path of implied) yield* folderHeader(path);
  yield Buffer.alloc(2 * blockSize);

  /** Decides, and remembers the path when the answer is yes, and the folders that it shows in any case. */
  function isVisible(entry: TarEntry, layer: number): boolean {
    const { path } = entry;
    const folder = entry.type === "5";
    for (const parent of ancestors(path)) {
      if (hidden.has(parent)) return false;
      const above = seen.get(parent);
      if (above && !above.folder && above.layer === layer) throw unstreamable;
      if (above && !above.folder) return false;
      if (!above) implied.add(parent);
      if (opaque.has(parent)) return false;
    }
    if (hidden.has(path)) return false;
    const before = seen.get(path);
    if (before?.layer === layer && !(folder && before.folder)) throw unstreamable;
    // A folder above took a file's place: what was below that place before the file is gone.
    if (before?.folder && !folder) replaced.push(path);
    if (before) return false;
    if (implied.has(path) && !folder) throw unstreamable;
    implied.delete(path);
    seen.set(path, { layer, folder });
    return true;
  }
}

function beside(path: string, name: string): string {
  const folder = dirname(path);
  return folder === "." ? name : `${folder}/${name}`;
}

/** Every folder above, the uppermost first. */
function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1))
    found.push(path.slice(0, at));
  return found;
}

async function* whole(entry: TarEntry): AsyncGenerator<Buffer> {
  yield* entry.header;
  yield* entry.body();
}

function folderHeader(path: string): Buffer[] {
  const name = Buffer.from(`${path}/\0`);
  if (name.length <= 101) return [header(name.subarray(0, -1), "5", 0)];
  const body = Buffer.alloc(Math.ceil(name.length / blockSize) * blockSize);
  name.copy(body);
  return [
    header(Buffer.from("././@LongLink"), "L", name.length),
    body,
    header(name.subarray(0, 100), "5", 0),
  ];
}

/** A GNU header of root's, mode 0755, time 0. */
function header(name: Buffer, type: string, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  name.copy(block, 0, 0, 100);
  for (const [index, field] of ["0000755", "0000000", "0000000"].entries())
    block.write(field, 100 + 8 * index, "latin1");
  block.write(`${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124, "latin1");
  block.write(`        ${type}`, 148, "latin1");
  block.write("ustar  \0", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Small pieces joined to about 256 KiB: a pipe's price is per write. */
export async function* joined(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < 2 ** 18) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}
