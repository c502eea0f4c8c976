import { access } from "node:fs/promises";
import { join } from "node:path";
import { asAloftError } from "../../base/errors.ts";
import type { Availability } from "../../model/level.ts";
import { umlProgram } from "./guest.ts";
import { runProgram } from "./program.ts";

/** 1 s here; other work on the machine may take most of it. */
const bootSeconds = 60;

/** Boots the kernel and init in the sandbox that runs have, without image and run. */
export async function probeUml(guest: string, signal: AbortSignal): Promise<Availability> {
  const there = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  if (!(await there(umlProgram)))
    return {
      available: false,
      detail: "user-mode Linux is not installed",
      remedy: "apt-get install user-mode-linux",
    };
  if (!(await there(join(guest, "initramfs"))))
    return { available: false, detail: "the guest is not prepared", remedy: "aloft setup" };
  try {
    const version = await runProgram(umlProgram, ["--version"], { signal, deadline: 10 });
    await boot(guest, signal);
    return { available: true, detail: `user-mode Linux ${version.trim()}`, acceleration: "none" };
  } catch (error) {
    if (signal.aborted) throw error;
    const { message } = asAloftError(error);
    const remedy = message.includes("bwrap is missing") ? "apt-get install bubblewrap" : undefined;
    return {
      available: false,
      detail: `user-mode Linux does not boot: ${message}`,
      ...(remedy === undefined ? {} : { remedy }),
    };
  }
}

async function boot(guest: string, signal: AbortSignal): Promise<void> {
  const libraries = ["/lib", "/lib64"].flatMap((path) => ["--ro-bind-try", path, path]);
  const said = await runProgram(
    "bwrap",
    [
      "--die-with-parent",
      "--unshare-all",
      ...libraries,
      "--ro-bind",
      umlProgram,
      "/linux",
      "--ro-bind",
      guest,
      "/guest",
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      "--tmpfs",
      "/dev/shm",
      "--tmpfs",
      "/tmp",
      "--clearenv",
      "--setenv",
      "TMPDIR",
      "/dev/shm",
      "--chdir",
      "/",
      "/linux",
      "mem=96M",
      "initrd=/guest/initramfs",
      "con=null",
      "con0=null,fd:1",
      "ssl=null",
      "uml_dir=/tmp",
      "quiet",
      "panic=-1",
      "aloft_probe=1",
    ],
    { signal, deadline: bootSeconds },
  );
  if (!said.includes("aloft: ready")) throw new Error(`the guest said ${said.trim().slice(-200)}`);
}
