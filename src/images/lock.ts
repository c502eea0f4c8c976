import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { AloftError } from "../base/errors.ts";
import { isMissing } from "./layout.ts";

export interface LockOptions {
  readonly mode: "exclusive" | "shared";
  /** Without it a lock that somebody holds gives `undefined` at once. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** The environment for flock(1). */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A lock between processes, on the file at `path`. flock(1) takes it on our open file, where it stays
 * when flock has ended; the kernel gives it back when the file is closed, also by kill -9. No child
 * inherits it (Node opens with O_CLOEXEC). So there is no stale lock, and nobody's age to guess.
 * Nothing is written into it: a full disk keeps nobody from making room.
 */
export async function acquireLock(
  path: string,
  options: LockOptions,
): Promise<AsyncDisposable | undefined> {
  for (;;) {
    const handle = await open(path, "a+", 0o600);
    let kept = false;
    try {
      if (!(await flock(handle, options))) return undefined;
      if (await isAt(handle, path)) {
        kept = true;
        return { [Symbol.asyncDispose]: () => release(handle, path, options.mode) };
      }
    } finally {
      if (!kept) await handle.close();
    }
  }
}

/** Whoever holds a lock alone takes its file away; a waiter then finds that it locked a ghost. */
async function release(handle: FileHandle, path: string, mode: LockOptions["mode"]) {
  try {
    if (mode === "exclusive") await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  } finally {
    await handle.close();
  }
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  try {
    const [ours, there] = await Promise.all([handle.stat(), stat(path)]);
    return ours.ino === there.ino && ours.dev === there.dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** False where somebody else holds it and we do not wait. flock's exit code 1 says so. */
async function flock(handle: FileHandle, options: LockOptions): Promise<boolean> {
  const flags = [options.mode === "shared" ? "-s" : "-x", ...(options.wait ? [] : ["-n"])];
  const child = spawn("flock", [...flags, "3"], {
    stdio: ["ignore", "ignore", "ignore", handle.fd],
    env: options.environment,
    signal: options.signal,
    killSignal: "SIGKILL",
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0) return true;
    if (code === 1 && !options.wait) return false;
  } catch (error) {
    if (options.signal.aborted)
      throw new AloftError("cancelled", "the wait for a lock was cancelled", { cause: error });
    if (!isMissing(error)) throw error;
    throw new AloftError("unavailable", "flock is not installed", {
      hint: "apt-get install util-linux",
      cause: error,
    });
  }
  throw new AloftError("failed", "flock could not lock a file in the image folder", {
    hint: "keep Aloft's state folder on a local file system that supports flock",
  });
}
