import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { AloftError } from "../base/errors.ts";
import type { Programs } from "./program.ts";

export interface CompressedFile {
  readonly path: string;
  readonly subject: string;
  readonly programs: Programs;
  readonly signal: AbortSignal;
  /** Told how many more bytes of the file have been read. */
  readonly onRead: (bytes: number) => void;
  /** What the file's SHA-256 must be, in hex. */
  readonly sha256?: string;
}

/** First bytes, and what undoes it. zstd is a program because Node's stops after a file's first frame. */
const formats = [
  { magic: "28b52ffd", argv: ["zstd", "-dc", "--long=31"] },
  { magic: "fd377a585a00", argv: ["xz", "-dc"] },
  { magic: "425a68", argv: ["bzip2", "-dc"] },
] as const;

/** The content of a file that may be compressed with gzip, zstd, xz or bzip2: its first bytes tell. */
export async function* readCompressed(file: CompressedFile): AsyncGenerator<Buffer> {
  const magic = await firstBytes(file.path);
  if (magic === "") throw damagedFile(file);
  const format = formats.find((candidate) => magic.startsWith(candidate.magic));
  const raw = checked(file);
  if (format) {
    const { programs, signal, subject } = file;
    yield* programs.stream({ argv: format.argv, subject, signal, input: raw });
  } else if (magic.startsWith("1f8b")) {
    // The callback form: its error reaches the loop below through the destroyed gunzip.
    const gunzip = createGunzip({ chunkSize: 2 ** 18 });
    pipeline(raw, gunzip, () => undefined);
    try {
      yield* gunzip as AsyncIterable<Buffer>;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      throw code.startsWith("Z_") ? damagedFile(file, error) : error;
    }
  } else yield* raw;
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    return buffer.toString("hex", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* checked(file: CompressedFile): AsyncGenerator<Buffer> {
  const hash = file.sha256 === undefined ? undefined : createHash("sha256");
  const stream = createReadStream(file.path, { highWaterMark: 2 ** 18, signal: file.signal });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash?.update(chunk);
    file.onRead(chunk.length);
    yield chunk;
  }
  if (hash && hash.digest("hex") !== file.sha256) throw damagedFile(file);
}

function damagedFile(file: CompressedFile, cause?: unknown): AloftError {
  return new AloftError(
    "bad-input",
    `${file.subject} is damaged: ${file.path} is incomplete or changed`,
    {
      hint: "make or download it again",
      cause,
    },
  );
}
