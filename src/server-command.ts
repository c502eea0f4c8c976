import { readFileSync } from "node:fs";
import { cgroupLayout } from "./platforms/local/cgroup-layout.ts";
import { inPrivateNamespace } from "./platforms/local/namespace.ts";

/**
 * How the server is started: as root in a mount namespace of its own, so that its mounts are seen by nobody else
 * and are gone with it and its runs. Others cannot mount, and need none.
 */
export function serverCommand(argv: readonly string[], uid: number): readonly string[] {
  if (uid !== 0) return argv;
  const layout = cgroupLayout({
    mountinfo: readFileSync("/proc/self/mountinfo", "utf8"),
    cgroup: readFileSync("/proc/self/cgroup", "utf8"),
    uid,
    read: () => undefined,
  });
  return inPrivateNamespace(argv, layout.version === 1 ? layout.unified : undefined);
}
