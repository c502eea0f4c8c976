import { AloftError } from "../base/errors.ts";

/** One member of a tar file, with the bytes that describe it, as they were. */
export interface TarEntry {
  /** Without leading `./` and `/` and trailing `/`; empty for the root itself. */
  readonly path: string;
  /** The format's type letter: `0` file, `1` hard link, `2` symbolic link, `5` folder, … */
  readonly type: string;
  /** A hard link's target, in the same form as `path`. */
  readonly target: string;
  /** Header blocks, those of long names and extended attributes first. */
  readonly header: readonly Buffer[];
  /** The content with its padding. Read it, or the next entry's reading skips it. */
  body(): AsyncGenerator<Buffer>;
}

/** POSIX.1-2017 pax, ustar and the GNU forms: one header block, and all sizes are multiples of it. */
export const blockSize = 512;

/** Reads a tar stream once, entry after entry. Throws `bad-input` where it is damaged. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = createByteReader(source);
  let header: Buffer[] = [];
  let extended = new Map<string, string>();
  for (;;) {
    const block = await bytes.take(blockSize);
    if (block === undefined || isZero(block)) break;
    checkSum(block);
    const type = String.fromCharCode(block[156] ?? 0);
    const size = Number(extended.get("size") ?? number(block, 124, 12));
    if ("xgLK".includes(type)) {
      const own = number(block, 124, 12);
      const body = (await bytes.take(padded(own))) ?? damaged("it ends too early");
      if (type === "g") continue;
      header.push(block, body);
      if (type === "x") extended = new Map([...extended, ...paxRecords(body.subarray(0, own))]);
      else extended.set(type === "L" ? "path" : "linkpath", text(body, 0, own));
      continue;
    }
    header.push(block);
    if (type === "S") await sparseMaps(block, header, bytes);
    yield* entry({ block, header, type, extended }, bytes, "12345".includes(type) ? 0 : size);
    header = [];
    extended = new Map();
  }
  // What follows the end mark is padding; a decompressor must still be read to its end to check its sum.
  await bytes.drain();
}

interface Parts {
  readonly block: Buffer;
  readonly header: readonly Buffer[];
  readonly type: string;
  readonly extended: ReadonlyMap<string, string>;
}

async function* entry(parts: Parts, bytes: ByteReader, size: number): AsyncGenerator<TarEntry> {
  const { block, extended } = parts;
  const prefix = text(block, 257, 6) === "ustar" ? text(block, 345, 155) : "";
  const short = prefix === "" ? text(block, 0, 100) : `${prefix}/${text(block, 0, 100)}`;
  const path = extended.get("GNU.sparse.name") ?? extended.get("path") ?? short;
  let left = padded(size);
  yield {
    path: cleanPath(path),
    type: parts.type === "\0" || parts.type === "7" ? (path.endsWith("/") ? "5" : "0") : parts.type,
    target: parts.type === "1" ? cleanPath(extended.get("linkpath") ?? text(block, 157, 100)) : "",
    header: parts.header,
    async *body() {
      while (left > 0) {
        const chunk = (await bytes.some(left)) ?? damaged("it ends too early");
        left -= chunk.length;
        yield chunk;
      }
    },
  };
  while (left > 0) left -= ((await bytes.some(left)) ?? damaged("it ends too early")).length;
}

function damaged(why: string): never {
  throw new AloftError("bad-input", `the tar file is damaged: ${why}`, {
    hint: "make or download it again",
  });
}

/** Throws for `..`: no root file system needs it, and only an attack has it. */
function cleanPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) damaged(`a path in it leads outside ("${path.slice(0, 200)}")`);
  return parts.join("/");
}

function text(block: Buffer, start: number, length: number): string {
  const part = block.subarray(start, start + length);
  const end = part.indexOf(0);
  return part.toString("utf8", 0, end < 0 ? part.length : end);
}

/** Octal digits, or GNU's base 256 where the first bit is set. */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) {
    let value = first & 0x7f;
    for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : damaged("a size is impossible");
  }
  const digits = text(block, start, length).trim();
  return /^[0-7]*$/.test(digits)
    ? Number.parseInt(digits || "0", 8)
    : damaged("a size is no number");
}

function padded(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) return damaged("a size is impossible");
  return Math.ceil(size / blockSize) * blockSize;
}

function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** The sum counts its own field as spaces; some old writers summed signed bytes. */
function checkSum(block: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < blockSize; index += 1) {
    const byte = index >= 148 && index < 156 ? 32 : (block[index] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const written = number(block, 148, 8);
  if (written !== unsigned && written !== signed) damaged("a header's sum is wrong");
}

/** Records are "length key=value\n", the length counting itself, in bytes. */
function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    const length = Number(body.toString("latin1", at, Math.max(space, at)));
    if (!(length > 0) || at + length > body.length) damaged("an extended header is wrong");
    const record = body.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Old GNU sparse files go on with blocks of more map entries while a flag says so. */
async function sparseMaps(block: Buffer, header: Buffer[], bytes: ByteReader): Promise<void> {
  let more = block[482] === 1;
  while (more) {
    const map = (await bytes.take(blockSize)) ?? damaged("it ends too early");
    header.push(map);
    more = map[504] === 1;
  }
}

interface ByteReader {
  /** Exactly so many bytes; `undefined` at a clean end. */
  take(count: number): Promise<Buffer | undefined>;
  /** At least one byte and at most so many, without copying; `undefined` at the end. */
  some(most: number): Promise<Buffer | undefined>;
  drain(): Promise<void>;
}

function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  async function some(most: number): Promise<Buffer | undefined> {
    while (chunk.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      chunk = next.value;
    }
    const part = chunk.subarray(0, most);
    chunk = chunk.subarray(part.length);
    return part;
  }
  return {
    some,
    async take(count) {
      const first = count === 0 ? Buffer.alloc(0) : await some(count);
      if (first === undefined || first.length === count) return first;
      const parts = [first];
      for (let have = first.length; have < count; have += parts.at(-1)?.length ?? 0)
        parts.push((await some(count - have)) ?? damaged("it ends too early"));
      return Buffer.concat(parts, count);
    },
    async drain() {
      chunk = Buffer.alloc(0);
      while ((await iterator.next()).done !== true);
    },
  };
}
