import { open } from "node:fs/promises";
import { AloftError } from "../base/errors.ts";

/** Offsets and sizes in bytes, all numbers little endian (Documentation/filesystems/squashfs.rst, fs/squashfs/squashfs_fs.h). */
const superblock = { size: 96, magic: 0x73717368, rootInode: 32, inodeTable: 64 };
const inode = { time: 8, folder: 1, longFolder: 8 };
/** Metadata comes in blocks of 8192 bytes behind a 16-bit length, whose top bit says "not compressed". */
const metadata = { size: 8192, header: 2, plain: 0x8000 };

/**
 * Sets the modification time of the root folder to 0. For a file system made from a tar, mksquashfs 4.5 takes
 * the present time and ignores `-root-time`; then the same tar would never give the same image again. The
 * inode table must not be compressed (`-noI`).
 */
export async function clearRootTime(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    const read = async (position: number, length: number) =>
      (await handle.read(Buffer.alloc(length), 0, length, position)).buffer;
    const top = await read(0, superblock.size);
    const reference = top.readBigUInt64LE(superblock.rootInode);
    const block = Number(top.readBigUInt64LE(superblock.inodeTable)) + Number(reference >> 16n);
    const offset = Number(reference & 0xffffn);
    /** An inode may go on in the next block, behind its length. */
    const place = (index: number) => {
      const skipped = Math.floor((offset + index) / metadata.size);
      return block + metadata.header * (1 + skipped) + offset + index;
    };
    const length = (await read(block, metadata.header)).readUInt16LE();
    const type = (await read(place(0), 1))[0];
    const isFolder = type === inode.folder || type === inode.longFolder;
    if (top.readUInt32LE(0) !== superblock.magic || !(length & metadata.plain) || !isFolder)
      throw new AloftError(
        "internal",
        "mksquashfs made a file that is laid out unlike squashfs 4.0",
      );
    for (let index = 0; index < 4; index += 1)
      await handle.write(Buffer.alloc(1), 0, 1, place(inode.time + index));
  } finally {
    await handle.close();
  }
}
