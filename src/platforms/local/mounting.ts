import { AloftError } from "../../base/errors.ts";
import { quoteAll } from "../../base/shell.ts";
import { unescapeOctal } from "./cgroup-layout.ts";
import { createKeptShell } from "./kept-shell.ts";
import { readText } from "./run-folder.ts";

/** A mount or an unmount takes milliseconds; one that hangs waits for a device. In milliseconds. */
const patience = 30_000;

export interface Mounter {
  /** Runs `mount` or `umount` in the mounter's folder; throws `failed` with what it said. */
  run(program: "mount" | "umount", args: readonly string[]): Promise<void>;
  dispose(): Promise<void>;
}

/** Relative paths start in `folder`, which keeps commas and colons out of mount options. */
export function createMounter(folder: string): Mounter {
  const shell = createKeptShell({ cwd: folder, patience });
  return {
    async run(program, args) {
      const { code, words } = await shell.run(quoteAll([program, ...args]));
      if (code === 0) return;
      throw new AloftError("failed", `${program} failed: ${words || `exit code ${code}`}`, {
        hint: "an image can be mounted only by root, on a kernel with squashfs, overlay and loop devices; aloft doctor tells what is missing",
      });
    },
    dispose: () => shell.dispose(),
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
