/** One file, folder (no content, path without an end) or device of an initramfs. */
export interface Entry {
  readonly path: string;
  /** Type and permission bits, as in `stat`. */
  readonly mode: number;
  readonly content?: Uint8Array;
  readonly device?: readonly [major: number, minor: number];
}

/** A cpio archive ("newc", Linux: Documentation/driver-api/early-userspace/buffer-format.rst), unpacked by the kernel. */
export function cpio(entries: readonly Entry[]): Uint8Array {
  const parts = [...entries, { path: "TRAILER!!!", mode: 0 }].flatMap((entry, index) =>
    member(entry, index + 1),
  );
  return Buffer.concat(parts);
}

function member(entry: Entry, inode: number): Uint8Array[] {
  const content = entry.content ?? new Uint8Array();
  const name = Buffer.from(`${entry.path}\0`);
  const [major, minor] = entry.device ?? [0, 0];
  const fields = [inode, entry.mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length];
  const header = `070701${[...fields, 0].map((n) => n.toString(16).padStart(8, "0")).join("")}`;
  const head = Buffer.concat([Buffer.from(header), name]);
  return [head, padding(head.length), content, padding(content.length)];
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
