/** The part of an OCI `linux.seccomp` that we use. */
export interface SeccompProfile {
  readonly defaultAction: "SCMP_ACT_ALLOW";
  readonly architectures: readonly string[];
  readonly syscalls: readonly SeccompRule[];
}

interface SeccompRule {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ERRNO";
  readonly errnoRet: number;
  readonly args?: readonly {
    readonly index: number;
    readonly value: number;
    readonly valueTwo: number;
    readonly op: "SCMP_CMP_MASKED_EQ";
  }[];
}

const EPERM = 1;
const ENOSYS = 38;
/** `CLONE_NEWUSER` of sched.h: a new user namespace gives back, inside it, every capability that was dropped. */
const newUser = 0x10000000;

/** Calls that reach the kernel's own state, or that have been the way out of containers before. */
const refused = [
  // Keys are not in any namespace.
  ["add_key", "keyctl", "request_key"],
  // Programs inside the kernel, and looking into it.
  ["bpf", "perf_event_open", "lookup_dcookie", "syslog"],
  // Another kernel, or more of this one.
  ["kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot"],
  // Mounts, old and new.
  ["mount", "umount2", "pivot_root", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree"],
  ["move_mount", "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd"],
  // Files by handle go past the root of the container.
  ["open_by_handle_at", "name_to_handle_at", "fanotify_init"],
  // Lets a program stop the kernel halfway through a copy.
  ["userfaultfd"],
  ["setns", "acct", "vhangup"],
  // The host's clock.
  ["settimeofday", "clock_settime", "clock_adjtime", "adjtimex"],
].flat();

/** Programs fall back to older calls when these are said not to exist. */
const unknown = ["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"];

const native: Record<string, { readonly name: string; readonly refused: readonly string[] }> = {
  x64: { name: "SCMP_ARCH_X86_64", refused: ["ioperm", "iopl"] },
  arm64: { name: "SCMP_ARCH_AARCH64", refused: [] },
  ppc64: { name: "SCMP_ARCH_PPC64LE", refused: [] },
  riscv64: { name: "SCMP_ARCH_RISCV64", refused: [] },
  s390x: { name: "SCMP_ARCH_S390X", refused: [] },
};

/**
 * A short list of refused calls, everything else allowed: the filter is compiled at each start, and one of 434
 * names costs 20 to 45 ms where this costs 0.2. Only the machine's own call table is admitted: the 32-bit and x32 tables have
 * other numbers, so a program that uses them is killed. `architecture` is Node's name.
 */
export function seccompProfile(architecture: string): SeccompProfile | undefined {
  const table = native[architecture];
  if (!table) return undefined;
  const flags = [
    { index: 0, value: newUser, valueTwo: newUser, op: "SCMP_CMP_MASKED_EQ" as const },
  ];
  const action = "SCMP_ACT_ERRNO";
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    architectures: [table.name],
    syscalls: [
      { names: [...refused, ...table.refused], action, errnoRet: EPERM },
      { names: unknown, action, errnoRet: ENOSYS },
      { names: ["clone", "unshare"], action, errnoRet: EPERM, args: flags },
    ],
  };
}
