const mebibyte = 1024 ** 2;

/**
 * Memory of the whole guest in MiB, so that the command can have what it asked for: the kernel with what it
 * keeps (60 MiB measured with Debian's 6.1), the init (5 MiB), and one byte in 64 for the kernel's table of pages.
 */
export function guestMebibytes(memoryBytes: number): number {
  return Math.ceil((memoryBytes * (1 + 1 / 64)) / mebibyte) + 96;
}
