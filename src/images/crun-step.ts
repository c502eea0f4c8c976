import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepCommand } from "./steps.ts";

/** What installing packages needs; the set that Docker gives a build. */
const capabilities = [
  "CAP_AUDIT_WRITE",
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_MKNOD",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_RAW",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

const device = ["nosuid", "noexec"];

/**
 * Steps by crun, with the host's network. No control group: the build's pid namespace ends what is left, and
 * on a hybrid hierarchy crun refuses one (its unified half is hidden from it here).
 */
export const crunStep: StepCommand = async (request) => {
  await writeFile(join(request.folder, "config.json"), JSON.stringify(configuration(request)));
  const hide =
    'mountpoint -q /sys/fs/cgroup/unified && umount -l /sys/fs/cgroup/unified; exec "$@"';
  const crun = ["crun", "--cgroup-manager=disabled", "--root", join(request.folder, "state")];
  return ["sh", "-c", hide, "sh", ...crun, "run", "--bundle", request.folder, request.id];
};

/** https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config.md */
function configuration(request: Parameters<StepCommand>[0]) {
  return {
    ociVersion: "1.0.2",
    hostname: "build",
    root: { path: request.root, readonly: false },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      cwd: request.workdir,
      args: ["/bin/sh", "-c", request.command],
      env: Object.entries(request.env).map(([name, value]) => `${name}=${value}`),
      capabilities: {
        bounding: capabilities,
        effective: capabilities,
        permitted: capabilities,
      },
      noNewPrivileges: false,
    },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      {
        destination: "/dev",
        type: "tmpfs",
        source: "tmpfs",
        options: ["nosuid", "mode=755", "size=65536k"],
      },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: [...device, "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
      },
      { destination: "/dev/shm", type: "tmpfs", source: "shm", options: [...device, "mode=1777"] },
      {
        destination: "/sys",
        type: "none",
        source: "/sys",
        options: ["rbind", "nosuid", "noexec", "nodev", "ro"],
      },
      {
        destination: "/etc/resolv.conf",
        type: "none",
        source: request.resolvConf,
        options: ["bind", "ro"],
      },
    ],
    linux: {
      namespaces: [{ type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }],
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
  };
}
