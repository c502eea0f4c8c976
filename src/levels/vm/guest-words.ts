import type { SandboxRequest } from "../level.ts";

/** What the kernel hands to the guest's init. Public: it is on a command line. */
export function guestWords(request: SandboxRequest): string {
  const host = request.hostname.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, 64);
  return `aloft_memory=${Math.floor(request.memoryBytes)} aloft_network=${request.network} aloft_host=${host}`;
}
