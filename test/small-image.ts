import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a root file system of static busybox alone (2 MB) in `folder`, to be used as image `dir:<folder>`. */
export function smallRoot(folder: string): string {
  for (const name of ["bin", "etc", "proc", "sys", "dev", "tmp", "root", "work", "run"])
    mkdirSync(join(folder, name), { recursive: true });
  const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
  copyFileSync(busybox, join(folder, "bin/busybox"));
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets)
    if (applet !== "busybox") symlinkSync("busybox", join(folder, "bin", applet));
  writeFileSync(join(folder, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(folder, "etc/os-release"), 'PRETTY_NAME="small"\n');
  return `dir:${folder}`;
}
