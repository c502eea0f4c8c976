import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { AloftError } from "../base/errors.ts";
import { joined } from "./flatten.ts";
import type { BuildContext } from "./build-context.ts";
import { clearRootTime } from "./squashfs-root.ts";

/** What a container image says of how to start it. Covered by the image's digest. */
export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workdir?: string;
}

export const emptyConfig: ImageConfig = { env: {}, entrypoint: [], command: [] };

/**
 * Level 3 costs a twentieth of the default level's time for a tenth more bytes (measured, docs/architecture.md).
 * A fixed creation time, and no NFS export table, which a tar would not get: the same tree gives the same bytes.
 */
const format = [
  "-noappend",
  "-no-recovery",
  "-no-exports",
  "-comp",
  "zstd",
  "-Xcompression-level",
  "3",
  "-mkfs-time",
  "0",
];

/** A tar has no entry for the root that mksquashfs would honour. Its time is cleared afterwards: see there. */
const tarRoot = ["-root-mode", "755", "-root-uid", "0", "-root-gid", "0", "-noI"];

export function packFolderCommand(folder: string, output: string): string[] {
  return ["mksquashfs", folder, output, ...format];
}

/** Mksquashfs leaves out what it cannot read and goes on; an image with holes is worse than none. */
function incomplete(context: BuildContext) {
  return (line: string): void => {
    if (!/^(?:Failed to (?:open|read)|Cannot open|Could not open)|Permission denied/i.test(line))
      return;
    throw new AloftError("refused", `not every file of ${context.subject} can be read`, {
      hint: "run the Aloft server as root, or make the files readable",
      details: { line },
    });
  };
}

/** `argv` ends in `mksquashfs`; it may go through mounts first. */
export async function packFolder(context: BuildContext, argv: readonly string[]): Promise<void> {
  const lines: string[] = [];
  await context.programs.run({
    argv,
    subject: context.subject,
    signal: context.signal,
    directory: context.layout.folder,
    onLine(line) {
      const match = /(\d+)\/(\d+)\s+\d+%/.exec(line);
      if (match) context.progress("pack", "packing", Number(match[1]) / Number(match[2]));
      else lines.push(line);
    },
  });
  lines.forEach(incomplete(context));
}

export async function packTar(
  context: BuildContext,
  tar: AsyncIterable<Buffer>,
  output: string,
): Promise<void> {
  await context.programs.run({
    argv: ["mksquashfs", "-", output, "-tar", "-no-progress", ...format, ...tarRoot],
    subject: context.subject,
    signal: context.signal,
    directory: context.work,
    input: joined(tar),
  });
  await clearRootTime(output);
}

/**
 * Adds the configuration behind the file system, which does not look there, to a multiple of 4096 bytes
 * (disks want whole sectors), puts it all on disk and answers digest and size.
 */
export async function seal(path: string, config: ImageConfig) {
  const handle = await open(path, "a");
  try {
    const text = Buffer.from(JSON.stringify(config));
    const isEmpty = text.equals(Buffer.from(JSON.stringify(emptyConfig)));
    if (!isEmpty) await handle.write(Buffer.concat([text], Math.ceil(text.length / 4096) * 4096));
    await handle.sync();
  } finally {
    await handle.close();
  }
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}
