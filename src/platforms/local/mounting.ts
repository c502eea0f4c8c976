import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { AloftError } from "../../base/errors.ts";
import { quoteAll } from "../../base/shell.ts";
import { unescapeOctal } from "./cgroup-layout.ts";
import { readText } from "./run-folder.ts";

/** A mount or an unmount takes milliseconds; one that hangs waits for a device. In milliseconds. */
const patience = 30_000;

export interface Mounter {
  /** Runs `mount` or `umount` in the mounter's folder; throws `failed` with what it said. */
  run(program: "mount" | "umount", args: readonly string[]): Promise<void>;
  dispose(): void;
}

type Shell = ChildProcessByStdio<Writable, Readable, null>;

interface Asked {
  readonly program: string;
  readonly done: (error?: AloftError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Mounts through one shell that is kept: it forks in a fifth of the time that a server with all its memory needs, and that time would be the
 * event loop's. Relative paths start in `folder`, which keeps commas and colons out of mount options.
 */
export function createMounter(folder: string): Mounter {
  let shell: Shell | undefined;
  const asked: Asked[] = [];
  let said = "";

  function started(): Shell {
    const made = spawn("/bin/sh", [], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
    made.stdout.setEncoding("utf8");
    made.stdout.on("data", (text: string) => {
      said += text;
      answer();
    });
    const gone = (): void => {
      if (shell === made) shell = undefined;
      for (const one of asked.splice(0)) finish(one, "the shell that mounts has ended");
    };
    made.on("error", gone);
    made.on("exit", gone);
    made.stdin.on("error", gone);
    for (const part of [made, made.stdin, made.stdout]) (part as { unref?: () => void }).unref?.();
    return made;
  }

  /** Each command's words end with a line of a NUL and its exit code. */
  function answer(): void {
    for (;;) {
      const match = /^([^\0]*)\0(\d+)\n/.exec(said);
      const one = match && asked.shift();
      if (!one) return;
      said = said.slice(match[0].length);
      finish(one, match[2] === "0" ? undefined : match[1]?.trim() || `exit code ${match[2]}`);
    }
  }

  function finish({ program, done, timer }: Asked, failure: string | undefined): void {
    clearTimeout(timer);
    if (failure === undefined) return done();
    done(
      new AloftError("failed", `${program} failed: ${failure}`, {
        hint: "an image can be mounted only by root, on a kernel with squashfs, overlay and loop devices; aloft doctor tells what is missing",
      }),
    );
  }

  return {
    run: (program, args) =>
      new Promise((resolve, reject) => {
        shell ??= started();
        const timer = setTimeout(() => shell?.kill("SIGKILL"), patience).unref();
        const done = (error?: AloftError): void => (error ? reject(error) : resolve());
        asked.push({ program, done, timer });
        shell.stdin.write(`${quoteAll([program, ...args])} 2>&1; printf '\\000%d\\n' $?\n`);
      }),
    dispose() {
      shell?.stdin.end();
      shell = undefined;
    },
  };
}

/** The kernel's number of CAP_SYS_ADMIN (linux/capability.h). */
const systemAdministration = 21n;

/**
 * Whether a process with this `/proc/PID/status` and `uid_map` may mount an image: a file system of a disk needs
 * CAP_SYS_ADMIN of the machine itself, for root of a user namespace may not mount one.
 */
export function mayMountImages(status: string, uidMap: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined || !/^\s*0\s+0\s+4294967295\s*$/.test(uidMap)) return false;
  return ((BigInt(`0x${effective}`) >> systemAdministration) & 1n) === 1n;
}

/** Mount points at or below `folder` that this process sees, the deepest first. */
export function mountsBelow(folder: string): string[] {
  const mountinfo = readText("/proc/self/mountinfo") ?? "";
  return mountinfo
    .split("\n")
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .toReversed();
}
