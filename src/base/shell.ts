const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * One word for a POSIX shell that stands for exactly `text`. Throws where no shell word can: NUL.
 */
export function quote(text: string): string {
  if (text.includes("\0")) throw new RangeError("a shell word cannot contain NUL");
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of quoted words. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
