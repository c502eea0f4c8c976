import { readFileSync } from "node:fs";
import { cpus, hostname, loadavg, release, totalmem } from "node:os";
import { output } from "./command.ts";

export interface MachineFacts {
  readonly host: string;
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** The distribution's own name. */
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  /** Files that differ from the commit. */
  readonly changedFiles: number;
  /** What each program says of its version; `null` where it is not there. */
  readonly versions: Readonly<Record<string, string | null>>;
}

/** What others did on the machine: clock ticks since boot, of all cpus together. */
export interface MachineState {
  readonly load: readonly number[];
  readonly ticks: { readonly all: number; readonly busy: number; readonly steal: number };
}

const programs = {
  bwrap: ["bwrap", "--version"],
  crun: ["crun", "--version"],
  runc: ["runc", "--version"],
  podman: ["podman", "--version"],
  docker: ["docker", "--version"],
  dockerd: ["dockerd", "--version"],
  qemu: ["qemu-system-x86_64", "--version"],
  uml: ["linux.uml", "--version"],
};

export async function machineFacts(repository: string): Promise<MachineFacts> {
  const versions = await Promise.all(
    Object.entries(programs).map(async ([name, argv]) => [name, await firstLine(argv)] as const),
  );
  const changed = (await said(["git", "-C", repository, "status", "--porcelain"])) ?? "";
  return {
    host: hostname(),
    cpuModel: cpus()[0]?.model.trim() ?? "unknown cpu",
    cpus: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    system:
      /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux",
    node: process.version,
    commit: (await firstLine(["git", "-C", repository, "rev-parse", "HEAD"])) ?? "unknown",
    changedFiles: changed.split("\n").filter(Boolean).length,
    versions: Object.fromEntries(versions),
  };
}

/** Format: proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal. */
export function machineState(): MachineState {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, wait = 0, , , steal = 0] = ticks;
  const all = ticks.reduce((sum, part) => sum + part, 0);
  return {
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    ticks: { all, busy: all - idle - wait - steal, steal },
  };
}

async function said(argv: readonly string[]): Promise<string | null> {
  // A program that is not installed has no version.
  return output(argv).catch(() => null);
}

async function firstLine(argv: readonly string[]): Promise<string | null> {
  return (await said(argv))?.split("\n")[0]?.trim() ?? null;
}
