/** The most characters of someone's text that a message repeats. */
const longest = 60;

/** Someone's text in a message: quoted, on one line, control characters escaped, cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
}
