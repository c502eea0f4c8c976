import { access, constants, open } from "node:fs/promises";
import { join } from "node:path";
import { asAloftError } from "../../base/errors.ts";
import type { Availability } from "../../model/level.ts";
import { type ProgramOptions, runProgram } from "./program.ts";

export type Acceleration = "kvm" | "none";

const program = "qemu-system-x86_64";
/** A guest with KVM boots in less than one second; one that hangs must not hold the set-up for longer. */
const kvmSeconds = 10;
/** 2 s here; other work on the machine may take most of it. */
const emulationSeconds = 60;

/** Boots the guest's kernel and init, with KVM first: that `/dev/kvm` opens proves nothing. */
export async function probeQemu(guest: string, signal: AbortSignal): Promise<Availability> {
  const version = await runProgram(program, ["--version"], { signal, deadline: 10 }).catch(
    () => undefined,
  );
  if (version === undefined)
    return missing("QEMU is not installed", "apt-get install qemu-system-x86");
  const name = `qemu ${/version (\S+)/.exec(version)?.[1] ?? "of unknown version"}`;
  const prepared = await access(join(guest, "kernel")).then(
    () => true,
    () => false,
  );
  if (!prepared) return missing(`${name}, but the guest's kernel is not prepared`, "aloft setup");
  const kvm = await bootsWithKvm(guest, signal);
  if (kvm === true) return { available: true, detail: `${name} with KVM`, acceleration: "kvm" };
  try {
    await boot(guest, ["-accel", "tcg", "-cpu", "max"], { signal, deadline: emulationSeconds });
  } catch (error) {
    return missing(`${name} does not boot a guest: ${asAloftError(error).message}`);
  }
  return {
    available: true,
    detail: `${name}, emulated (TCG): ${kvm}`,
    remedy: "a machine, or a setting of its hypervisor, that gives KVM",
    acceleration: "none",
  };
}

function missing(detail: string, remedy?: string): Availability {
  return { available: false, detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** Whether it does, or why not. */
async function bootsWithKvm(guest: string, signal: AbortSignal): Promise<true | string> {
  try {
    await (await open("/dev/kvm", constants.O_RDWR)).close();
  } catch {
    return "/dev/kvm cannot be opened";
  }
  try {
    await boot(guest, ["-accel", "kvm", "-cpu", "host"], { signal, deadline: kvmSeconds });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    return "/dev/kvm opens but does not boot a guest";
  }
}

async function boot(
  guest: string,
  acceleration: readonly string[],
  options: ProgramOptions,
): Promise<void> {
  const said = await runProgram(
    program,
    [
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-no-reboot",
      "-machine",
      "q35",
      ...acceleration,
      "-m",
      "128",
      "-serial",
      "stdio",
      "-kernel",
      join(guest, "kernel"),
      "-initrd",
      join(guest, "initramfs"),
      "-append",
      "console=ttyS0 quiet panic=-1 tsc=reliable no_timer_check aloft_probe=1",
    ],
    options,
  );
  if (!said.includes("aloft: ready")) throw new Error(`the guest said ${said.trim().slice(-200)}`);
}
