import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AloftError } from "../../base/errors.ts";
import { type ProgramOptions, runProgram } from "./program.ts";

const flavour = "linux-image-cloud-amd64";

/** A kernel package of the configured mirrors. */
export interface KernelPackage {
  readonly name: string;
  readonly version: string;
}

/** The newest cloud kernel that this machine's package lists know. */
export async function newestKernel(options: ProgramOptions): Promise<KernelPackage> {
  const shown = await runProgram(
    "apt-cache",
    ["show", "--no-all-versions", flavour],
    options,
  ).catch((cause: unknown) => {
    throw new AloftError("unavailable", `the package ${flavour} is not in the package lists`, {
      hint: "apt-get update, on Debian; elsewhere the vm level has no kernel yet",
      cause,
    });
  });
  const found = /^Depends:.*?\b(linux-image-[0-9][\w.+-]*)(?: \(= ([\w.+~:-]+)\))?/m.exec(shown);
  if (!found?.[1]) throw new AloftError("failed", `the package ${flavour} names no kernel`);
  return { name: found[1], version: found[2] ?? "" };
}

/** Downloads a kernel (apt checks its signature) and unpacks it below `folder`, which is not installing it. */
export async function fetchKernel(
  kernel: KernelPackage,
  folder: string,
  options: ProgramOptions,
): Promise<{ image: string; modulesFolder: string }> {
  const wanted = kernel.version ? `${kernel.name}=${kernel.version}` : kernel.name;
  // `_apt`, the user whom apt gives its downloads to, may not enter a private folder.
  await runProgram("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", wanted], {
    ...options,
    cwd: folder,
  });
  const deb = (await readdir(folder)).find((file) => file.endsWith(".deb"));
  if (!deb) throw new AloftError("failed", `apt-get downloaded no ${kernel.name}`);
  await runProgram("dpkg-deb", ["-x", deb, "kernel"], { ...options, cwd: folder });
  await rm(join(folder, deb));
  const release = kernel.name.replace(/^linux-image-/, "");
  const root = join(folder, "kernel");
  // Debian 13 has /usr/lib/modules in its packages, Debian 12 /lib/modules.
  const modules = (await readdir(root)).includes("lib") ? root : join(root, "usr");
  await runProgram("depmod", ["-b", modules, release], options);
  return {
    image: join(root, "boot", `vmlinuz-${release}`),
    modulesFolder: join(modules, "lib/modules", release),
  };
}
