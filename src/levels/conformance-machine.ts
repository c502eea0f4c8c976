import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Everything that several runs of all kinds may leave on a machine, as text to compare. */
export function leftovers(mark: string): string[] {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, line: tryRead(`/proc/${pid}/cmdline`) }))
    .filter(({ line }) => line.includes(mark))
    .map(({ pid, line }) => `process ${pid}: ${line.replaceAll("\0", " ")}`);
  const mounts = tryRead("/proc/self/mountinfo")
    .split("\n")
    .filter((line) => line.includes(mark));
  return [...found, ...mounts];
}

export function cgroupsOf(instance: string): string[] {
  const args = ["/sys/fs/cgroup", "-type", "d", "-name", `*${instance}*`];
  return execFileSync("find", args, { encoding: "utf8" }).split("\n").filter(Boolean);
}

export function loopDevices(mark: string): string[] {
  return readdirSync("/sys/block").filter((name) =>
    tryRead(`/sys/block/${name}/loop/backing_file`).includes(mark),
  );
}

export function tryRead(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Open files of this process that its children get. Flag 02000000 is O_CLOEXEC. */
export function inheritedDescriptors(): string[] {
  return readdirSync("/proc/self/fdinfo").filter((fd) => {
    const flags = /^flags:\s+(\d+)/m.exec(tryRead(`/proc/self/fdinfo/${fd}`))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & 0o2000000) === 0;
  });
}

/** A server on the loopback of the host that says hello. */
export async function withListener(use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((socket) => socket.end("hello\n"));
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  try {
    const address = server.address();
    await use(typeof address === "object" && address ? address.port : 0);
  } finally {
    server.close();
  }
}
