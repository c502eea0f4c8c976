import { quote, quoteAll } from "../../base/shell.ts";

/**
 * The command that starts `argv` in a mount namespace of its own. Mounts made there are seen by it and its children
 * only, and the kernel drops them, with their loop devices, when the last of these ends: nothing is left after kill -9.
 * `unified` is the hybrid layout's cgroup2 (`cgroupLayout().unified`), which crun must not see. Needs root.
 */
export function inPrivateNamespace(argv: readonly string[], unified?: string): string[] {
  const hide = unified === undefined ? "" : `umount ${quote(unified)} || exit 1; `;
  return [
    "unshare",
    "--mount",
    "--propagation",
    "slave",
    "sh",
    "-c",
    `${hide}exec ${quoteAll(argv)}`,
  ];
}
