import type { Network } from "../../model/level.ts";
import { initMount } from "./init-command.ts";
import { seccompProfile } from "./seccomp.ts";

export interface OciRequest {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hostname: string;
  readonly root: string;
  readonly network: Network;
  readonly capabilities: readonly string[];
  /** The static busybox of the host that is process 1. */
  readonly init: string;
  /** Most that the program may put into `/dev/shm`; it counts as its memory. */
  readonly sharedMemoryBytes: number;
  readonly binds: readonly Bind[];
  readonly hooks?: { readonly createRuntime: readonly OciHook[] };
  readonly cgroupsPath?: string;
  /** Node's name, which decides the table of system calls. */
  readonly architecture: string;
}

export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

export interface OciHook {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

/** What a program that is root inside needs to own and drop rights among its own files and processes; nothing of the host's. */
export const runCapabilities = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_NET_BIND_SERVICE",
  "CAP_SETGID",
  "CAP_SETUID",
];

/** As runc and podman have them: what of /proc and /sys tells of the host or changes it. */
const maskedPaths = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/dev/block",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
  "/sys/fs/selinux",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** `config.json` for an OCI runtime. https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config.md */
export function ociConfig(request: OciRequest): object {
  const seccomp = seccompProfile(request.architecture);
  const capabilities = request.capabilities;
  return {
    ociVersion: "1.0.2",
    process: {
      user: { uid: 0, gid: 0 },
      args: request.args,
      env: Object.entries(request.env).map(([name, value]) => `${name}=${value}`),
      cwd: request.cwd,
      noNewPrivileges: true,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    root: { path: request.root, readonly: false },
    hostname: request.hostname,
    mounts: [...ownMounts(request), ...request.binds.map(bindMount)],
    ...(request.hooks ? { hooks: request.hooks } : {}),
    linux: {
      ...(request.cgroupsPath === undefined ? {} : { cgroupsPath: request.cgroupsPath }),
      namespaces: [
        "pid",
        "ipc",
        "uts",
        "mount",
        "cgroup",
        ...(request.network === "host" ? [] : ["network"]),
      ].map((type) => ({ type })),
      maskedPaths,
      readonlyPaths,
      ...(seccomp ? { seccomp } : {}),
    },
  };
}

function ownMounts(request: OciRequest): object[] {
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    tmpfs("/dev", "strictatime", "mode=755", "size=1m"),
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
    },
    tmpfs("/dev/shm", "nodev", "mode=1777", `size=${Math.floor(request.sharedMemoryBytes)}`),
    {
      destination: "/sys",
      type: "sysfs",
      source: "sysfs",
      options: ["nosuid", "noexec", "nodev", "ro"],
    },
    bindMount({ source: request.init, target: initMount, writable: false }),
  ];
}

function tmpfs(destination: string, ...options: string[]): object {
  return { destination, type: "tmpfs", source: "tmpfs", options: ["nosuid", ...options] };
}

function bindMount(bind: Bind): object {
  return {
    destination: bind.target,
    type: "bind",
    source: bind.source,
    options: ["bind", "nosuid", "nodev", ...(bind.writable ? ["rw"] : ["ro"])],
  };
}
