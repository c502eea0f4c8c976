import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const program = join(root, "aloft");
/** Kernels that set-up has prepared: the same for all tests, which would fetch them again otherwise. */
const sharedGuests = join(homedir(), ".local/share/aloft/guests");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One Aloft with a home of its own, used as its users do: through `./aloft`. */
export interface Installation extends AsyncDisposable {
  readonly home: string;
  run(
    args: readonly string[],
    options?: { cwd?: string; env?: Record<string, string> },
  ): Promise<Finished>;
  /** A line as a person types it. */
  shell(line: string, cwd: string): Promise<Finished>;
  /** A command that goes on, to be signalled. */
  start(args: readonly string[]): ChildProcess;
  json<T>(args: readonly string[]): Promise<T>;
  /** Process id of the server, `undefined` where none runs. */
  serverPid(): number | undefined;
  /** Ends the server as a power cut would, and waits until it is gone. */
  killServer(): Promise<void>;
  /** What this Aloft has left on the machine that belongs to no run in flight. Empty is as it should be. */
  leftovers(): string[];
}

/** `home` makes it use that folder and keep it. */
export function install(home?: string): Installation {
  const folder = home ?? mkdtempSync(join(tmpdir(), "aloft-test-"));
  const environment = {
    ...process.env,
    ALOFT_HOME: folder,
    ALOFT_GUESTS: sharedGuests,
    NO_COLOR: "1",
  };

  const installation: Installation = {
    home: folder,
    run: (args, { cwd = root, env = {} } = {}) =>
      finish(program, args, { cwd, env: { ...environment, ...env } }),
    shell: (line, cwd) => finish("/bin/sh", ["-c", line], { cwd, env: environment }),
    start: (args) => spawn(program, [...args], { cwd: root, env: environment }),
    async json(args) {
      const own = args.includes("--") ? args.indexOf("--") : args.length;
      const asked = [...args.slice(0, own), "--json", ...args.slice(own)];
      const { code, stdout, stderr } = await installation.run(asked);
      if (code !== 0) throw new Error(`aloft ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    serverPid: () =>
      processesOf(folder).find(({ command }) => command.includes("--foreground"))?.pid,
    async killServer() {
      const pid = installation.serverPid();
      if (pid === undefined) return;
      process.kill(pid, "SIGKILL");
      // Another one may have been started in the meantime by a command that found none.
      const gone = () => processesOf(folder).every((process) => process.pid !== pid);
      await until(gone, "the killed server is gone");
    },
    leftovers: () => [
      ...processesOf(folder).map(({ pid, command }) => `process ${pid}: ${command}`),
      ...mountsOf(folder),
      ...loopDevicesOf(folder),
      ...controlGroupsOf(folder),
    ],
    async [Symbol.asyncDispose]() {
      await installation.run(["down", "--cancel"]);
      await installation.killServer();
      if (home === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  return installation;
}

function finish(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Finished> {
  return new Promise((done) => {
    execFile(file, [...args], { ...options, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
      done({ code, stdout, stderr });
    });
  });
}

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Living processes with the home in their environment, command line or working folder. */
function processesOf(home: string): Process[] {
  return pids().flatMap((pid) => {
    const state = read(`/proc/${pid}/stat`).split(") ")[1]?.[0];
    if (pid === process.pid || state === undefined || state === "Z") return [];
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
    const marks = [command, read(`/proc/${pid}/environ`), link(`/proc/${pid}/cwd`)];
    return marks.some((mark) => mark.includes(home)) ? [{ pid, command }] : [];
  });
}

function mountsOf(home: string): string[] {
  const lines = new Set<string>();
  for (const pid of pids())
    for (const line of read(`/proc/${pid}/mountinfo`).split("\n"))
      if (line.includes(home)) lines.add(line.split(" ").slice(4, 5).join(""));
  return [...lines].map((line) => `mount ${line}`);
}

function loopDevicesOf(home: string): string[] {
  return readdirSync("/sys/block").flatMap((device) => {
    const file = read(`/sys/block/${device}/loop/backing_file`).trim();
    return file.includes(home) ? [`loop device ${device}: ${file}`] : [];
  });
}

/** Control groups of runs: named for a run directory of this home. */
function controlGroupsOf(home: string): string[] {
  const runs = new Set(list(join(home, "runs")));
  return list("/sys/fs/cgroup", true)
    .filter((path) => path.includes("aloft-") && runs.has(path.split("/").at(-1) ?? ""))
    .map((path) => `control group ${path}`);
}

function pids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function list(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch {
    return [];
  }
}

/** Empty where the process has gone, or does not belong to us. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

/** Waits until `holds`, at most `seconds`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await new Promise((resume) => {
      setTimeout(resume, 20);
    });
  }
}
