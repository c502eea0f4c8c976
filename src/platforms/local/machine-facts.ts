import { arch, availableParallelism, cpus, release, totalmem } from "node:os";
import type { Machine } from "../../model/machine.ts";
import type { CgroupLayout } from "./cgroup-layout.ts";
import { readText } from "./run-folder.ts";

/** What this machine gives to runs: less than the hardware has where the server's own group is limited. */
export function machineFacts(layout: CgroupLayout): Machine {
  const limit = memoryLimit(layout);
  const total = totalmem();
  return {
    cpus: availableParallelism(),
    memoryBytes: limit !== undefined && limit < total ? limit : total,
    architecture: arch(),
    processor: cpus()[0]?.model.trim() || "unknown",
    kernel: release(),
  };
}

function memoryLimit(layout: CgroupLayout): number | undefined {
  const file =
    layout.version === 1 && layout.own.memory !== undefined
      ? `${layout.own.memory}/memory.limit_in_bytes`
      : layout.version === 2
        ? `${layout.parent}/memory.max`
        : undefined;
  const value = Number(file === undefined ? Number.NaN : readText(file));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** When the machine booted, in seconds since the epoch, to a hundredth: the clock of exit records. */
export function bootTime(now: number): number {
  return now - Number(readText("/proc/uptime")?.split(" ")[0] ?? 0);
}

export function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}
