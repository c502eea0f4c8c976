import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AloftError } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";

/** No key is longer; in bytes. */
const longest = 4096;

/**
 * The text of a file that holds a secret. `warn` is told where others than its owner may read it. Throws `bad-input`, which
 * names the file and nothing of what is in it.
 */
export async function readApiKeyFile(
  path: string,
  warn: (message: string) => void,
): Promise<string> {
  try {
    // Without waiting: a named pipe that nobody writes to would hold the update for ever.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) throw unreadable(path, "it is no file");
    if (facts.size > longest) throw unreadable(path, "it is too long for a key");
    if ((facts.mode & 0o077) !== 0)
      warn(`others can read the API key in ${shown(path)}: chmod 600 makes it yours alone`);
    return await file.readFile("utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw unreadable(path, "there is no such file");
    if (code === "EACCES") throw unreadable(path, "no permission");
    throw error;
  }
}

function unreadable(path: string, why: string): AloftError {
  return new AloftError("bad-input", `the API key cannot be read from ${shown(path)}: ${why}`, {
    hint: "--api-key-file names a file that holds the key and nothing else",
  });
}
