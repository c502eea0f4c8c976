const setupSectors = 0x1f1;
const payloadOffset = 0x248;
const payloadLength = 0x24c;
const lz4Magic = 0x184c2102;

/**
 * The ELF kernel inside a bzImage, or `undefined` where its compression is another than LZ4 (Debian's cloud
 * kernels have LZ4). QEMU starts it directly (PVH): the guest need not unpack it, which under emulation takes
 * longer than the rest of its boot. Layout: Linux, Documentation/x86/boot.rst, protocol 2.08.
 */
export function unpackKernel(image: Uint8Array): Uint8Array | undefined {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const start = ((image[setupSectors] || 4) + 1) * 512 + view.getUint32(payloadOffset, true);
  const length = view.getUint32(payloadLength, true);
  if (view.getUint32(start, true) !== lz4Magic) return undefined;
  // The last four bytes are the unpacked size.
  const size = view.getUint32(start + length - 4, true);
  return unpackLegacyLz4(image.subarray(start + 4, start + length - 4), size);
}

/** Blocks of an LZ4 legacy frame: each a length and data. Format: lz4, doc/lz4_Frame_format.md. */
function unpackLegacyLz4(frame: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let written = 0;
  for (let at = 0; at < frame.length; ) {
    const length = view.getUint32(at, true);
    written = unpackBlock(frame.subarray(at + 4, at + 4 + length), out, written);
    at += 4 + length;
  }
  if (written !== size) throw new RangeError("the packed kernel has another size than it says");
  return out;
}

/** Appends one block to `out` at `to`; returns the new end. Format: lz4, doc/lz4_Block_format.md. */
function unpackBlock(block: Uint8Array, out: Uint8Array, to: number): number {
  let from = 0;
  let end = to;
  const byte = () => block[from++] ?? 0;
  const extended = (nibble: number) => {
    let sum = nibble;
    if (nibble === 15)
      for (let more = 255; more === 255; ) {
        more = byte();
        sum += more;
      }
    return sum;
  };
  while (from < block.length) {
    const token = byte();
    const literals = extended(token >> 4);
    out.set(block.subarray(from, from + literals), end);
    from += literals;
    end += literals;
    if (from >= block.length) break;
    const distance = byte() | (byte() << 8);
    const length = extended(token & 15) + 4;
    // A match may overlap what it writes, so a copy by blocks would be wrong for short distances.
    if (distance >= length) out.copyWithin(end, end - distance, end - distance + length);
    else for (let i = 0; i < length; i += 1) out[end + i] = out[end + i - distance] ?? 0;
    end += length;
  }
  return end;
}
