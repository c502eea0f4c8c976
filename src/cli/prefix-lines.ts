/** The same bytes with `prefix`, which is ASCII, before each line; a last line without an end gets one. */
export async function* prefixLines(
  bytes: AsyncIterable<Buffer>,
  prefix: string,
): AsyncGenerator<Buffer> {
  let atStart = true;
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    // In Latin-1 each byte is a character: what is no UTF-8, or cut within a character, stays as it is.
    const text = chunk.toString("latin1");
    const lines = text.replaceAll(/\n(?=[^])/g, `\n${prefix}`);
    yield Buffer.from(atStart ? prefix + lines : lines, "latin1");
    atStart = text.endsWith("\n");
  }
  if (!atStart) yield Buffer.from("\n");
}
