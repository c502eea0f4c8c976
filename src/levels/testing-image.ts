import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The smallest image that the conformance suite can use: busybox and its applets, made in a few milliseconds. */
export function busyboxImage(folder: string): string {
  const root = join(folder, "busybox-root");
  for (const name of ["bin", "dev", "etc", "proc", "root", "sys", "tmp", "usr", "work"])
    mkdirSync(join(root, name), { recursive: true });
  copyFileSync("/bin/busybox", join(root, "bin/busybox"));
  const applets = execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets.filter((name) => name !== "busybox"))
    symlinkSync("busybox", join(root, "bin", applet));
  writeFileSync(join(root, "etc/keep"), "kept\n");
  const squashfs = join(folder, "busybox.squashfs");
  execFileSync(
    "mksquashfs",
    [root, squashfs, "-comp", "zstd", "-Xcompression-level", "3", "-quiet", "-noappend"],
    {
      stdio: "ignore",
    },
  );
  return squashfs;
}
