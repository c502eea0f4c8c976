import { type FSWatcher, watch } from "node:fs";
import { open } from "node:fs/promises";

const chunkBytes = 64 * 1024;
/** How often a followed file is looked at although nobody reported a change, in milliseconds. */
const lookInterval = 250;

/**
 * The bytes of a growing file from `from` on, as they are written, until `ended` has resolved and the last byte is sent. A
 * file that is not there yet is waited for.
 */
export async function* followFile(
  file: string,
  from: number,
  ended: Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = from;
  let last = false;
  const done = ended.finally(() => {
    last = true;
  });
  while (!signal.aborted) {
    // Taken before the read: what was written before the end was written before this look.
    const finalLook = last;
    for await (const chunk of readFrom(file, position)) {
      position += chunk.length;
      yield chunk;
    }
    if (finalLook) return;
    if (!last) await Promise.race([changed(file, signal), done]);
  }
}

async function* readFrom(file: string, from: number): AsyncGenerator<Buffer> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!handle) return;
  try {
    for (let position = from; ; ) {
      const { bytesRead, buffer } = await handle.read(
        Buffer.alloc(chunkBytes),
        0,
        chunkBytes,
        position,
      );
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Resolves when the file may have grown. */
function changed(file: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    const finish = (): void => {
      watcher?.close();
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, lookInterval);
    signal.addEventListener("abort", finish);
    try {
      watcher = watch(file, finish);
      watcher.on("error", finish);
    } catch {
      // Not there yet: the timer looks again.
    }
  });
}
