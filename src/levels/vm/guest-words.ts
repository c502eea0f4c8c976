import type { SandboxRequest } from "../level.ts";

/** What the kernel hands to the guest's init. Public: it is on a command line. */
export function guestWords(request: SandboxRequest): string {
  const host = request.hostname.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, 64);
  const words = {
    aloft_memory: Math.floor(request.memoryBytes),
    aloft_pids: request.pids ?? "max",
    aloft_network: request.network,
    aloft_host: host,
  };
  return Object.entries(words)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
