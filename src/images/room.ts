import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { formatBytes } from "../base/bytes.ts";
import { AloftError, asAloftError } from "../base/errors.ts";

/** A failure for want of room says which file system is full, and what frees it; any other stays what it is. */
export async function explainRoom(
  error: unknown,
  { subject, folder }: { readonly subject: string; readonly folder: string },
): Promise<AloftError> {
  const known = asAloftError(error);
  if (known.code !== "disk-full") return known;
  const message =
    error instanceof AloftError ? known.message : `the disk became full while building ${subject}`;
  const { bavail, bsize } = await statfs(folder);
  const room = `${await mountPoint(folder)} (${formatBytes(bavail * bsize)} free)`;
  return new AloftError("disk-full", message, {
    hint: `free space on the file system ${room}, for instance with \`aloft image gc\``,
    retry: "later",
    details: known.details,
    cause: error,
  });
}

/** Where the file system of an existing folder is mounted. */
async function mountPoint(folder: string): Promise<string> {
  const { dev } = await stat(folder);
  for (let at = folder; ; at = dirname(at))
    if (at === "/" || (await stat(dirname(at))).dev !== dev) return at;
}
