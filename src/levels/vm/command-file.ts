import { AloftError } from "../../base/errors.ts";
import { quote, quoteAll } from "../../base/shell.ts";
import { type SandboxRequest, startFolder, workMount } from "../level.ts";

/** Where the guest's init shows its busybox to what runs in the image. */
const busybox = "/dev/.aloft/busybox";
const sectorBytes = 512;

const defaults: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
};

/**
 * The command with its environment and folder, as sh text that the guest reads from a disk: nothing of it is on
 * a command line of the host. Filled up to whole sectors, for a disk has no shorter ones.
 */
export function commandFile(request: SandboxRequest): Uint8Array {
  const text = new TextEncoder().encode(commandText(request));
  const file = new Uint8Array(Math.ceil((text.length + 1) / sectorBytes) * sectorBytes).fill(10);
  file.set(text);
  return file;
}

function commandText(request: SandboxRequest): string {
  const workdir = quote(startFolder(request, workMount));
  const variables = Object.entries({ ...defaults, ...request.env }).map(([name, value]) => {
    if (name === "" || name.includes("="))
      throw new AloftError("bad-input", `"${name}" cannot be the name of a variable`);
    return `${name}=${value}`;
  });
  // `env` would take a program's name with `=` in it for a variable.
  const argv = request.argv[0]?.includes("=")
    ? [busybox, "sh", "-c", 'exec "$@"', "sh", ...request.argv]
    : request.argv;
  return [
    `mkdir -p -- ${workdir} 2> /dev/null`,
    `cd -- ${workdir} || exit 125`,
    `exec ${busybox} env -i -- ${quoteAll([...variables, ...argv])}`,
    "",
  ].join("\n");
}
