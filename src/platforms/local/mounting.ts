import { execFile } from "node:child_process";
import { AloftError } from "../../base/errors.ts";
import { readText } from "./run-folder.ts";
import { unescapeOctal } from "./cgroup-layout.ts";

/** A mount or an unmount takes milliseconds; one that hangs waits for a device. */
const patience = 30_000;

/** Runs `mount` or `umount`, in `folder`, so that relative paths keep commas and colons out of mount options. */
export function mounting(
  program: "mount" | "umount",
  args: readonly string[],
  folder: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, timeout: patience }, (error, _, stderr) => {
      if (!error) return resolve();
      const said = stderr.trim() || error.message;
      reject(
        new AloftError("failed", `${program} failed: ${said}`, {
          hint: "an image can be mounted only by root, on a kernel with squashfs, overlay and loop devices; aloft doctor tells what is missing",
          cause: error,
        }),
      );
    });
  });
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
