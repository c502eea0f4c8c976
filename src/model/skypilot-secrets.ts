/**
 * The text with the values below `secrets` made unreadable, every character in its place: for messages that show a line.
 * Works on text that is no YAML, too. Rather too much is hidden than too little.
 */
export function withoutSecrets(text: string): string {
  let result = text;
  for (const { 0: key, index } of text.matchAll(/(?<![\w-])(["']?)(?:managed_)?secrets\1\s*:/g)) {
    const start = index + key.length;
    const end = start + lengthOfValue(text, index, start);
    result = result.slice(0, start) + hidden(result.slice(start, end)) + result.slice(end);
  }
  return result;
}

/** Of a block all lines that are indented further than its key; of what is not a block, all the rest. */
function lengthOfValue(text: string, key: number, start: number): number {
  const rest = text.slice(start);
  const before = text.slice(text.lastIndexOf("\n", key - 1) + 1, key);
  const [first = "", ...lines] = rest.split("\n");
  if (before.trim() !== "" || /^\s*[{[]/.test(first)) return rest.length;
  const next = lines.findIndex((line) => isOutside(line, before.length));
  const inside = next < 0 ? lines : lines.slice(0, next);
  return [first, ...inside].join("\n").length;
}

function isOutside(line: string, indent: number): boolean {
  const own = /^\s*/.exec(line)?.[0].length ?? 0;
  return own < line.length && own <= indent && !/^\s*-\s/.test(line);
}

function hidden(text: string): string {
  return text.replaceAll(/\S/g, "*");
}
