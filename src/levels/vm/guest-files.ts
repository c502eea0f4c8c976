import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cpio, type Entry } from "./initramfs.ts";
import { type ProgramOptions, runProgram } from "./program.ts";

/** A module and the network (`nat`) that needs it; without one it is always loaded. */
export interface WantedModule {
  readonly name: string;
  readonly network?: string;
}

const folders = ["bin", "modules", "proc", "sys", "dev", "image", "upper", "root", "io"];
const busyboxProgram = "/bin/busybox";

/** Our init, the shell it needs and the kernel's modules in the order in which they must be loaded. */
export async function buildInitramfs(
  source: {
    readonly modulesFolder: string;
    readonly wanted: readonly WantedModule[];
  },
  options: ProgramOptions,
): Promise<Uint8Array> {
  const order = await moduleOrder(source.modulesFolder, source.wanted);
  const modules = await Promise.all(
    order.map(async ({ path }): Promise<Entry> => {
      const content = await readModule(join(source.modulesFolder, path), options);
      return { path: `modules/${moduleName(path)}.ko`, mode: 0o100644, content };
    }),
  );
  const list = order.map(({ path, network }) => `${moduleName(path)}.ko ${network ?? ""}\n`);
  return cpio([
    ...folders.map((path): Entry => ({ path, mode: 0o040755 })),
    { path: "dev/console", mode: 0o020600, device: [5, 1] },
    { path: "bin/busybox", mode: 0o100755, content: await readFile(busyboxProgram) },
    { path: "init", mode: 0o100755, content: await readFile(new URL("init.sh", import.meta.url)) },
    { path: "modules/order", mode: 0o100644, content: Buffer.from(list.join("")) },
    ...modules,
  ]);
}

function moduleName(path: string): string {
  return basename(path).replace(/\.ko(?:\.(?:xz|zst|gz))?$/, "");
}

async function readModule(path: string, options: ProgramOptions): Promise<Uint8Array> {
  if (path.endsWith(".ko")) return readFile(path);
  // Debian 13 packs its modules; busybox's insmod takes them unpacked only.
  const unpacked = path.replace(/\.(?:xz|zst|gz)$/, "");
  await runProgram(
    path.endsWith(".zst") ? "zstd" : path.endsWith(".gz") ? "gunzip" : "unxz",
    ["-k", "-f", ...(path.endsWith(".zst") ? ["-d", "-q"] : []), path],
    options,
  );
  return readFile(unpacked);
}

interface OrderedModule {
  readonly path: string;
  readonly network: string | undefined;
}

/**
 * Dependencies before dependents, from `modules.dep`: each line a module and what it needs, the deepest last.
 * A module that is built in, or that this kernel does not have, is left out: init fails where it is missed.
 */
async function moduleOrder(
  folder: string,
  wanted: readonly WantedModule[],
): Promise<OrderedModule[]> {
  const needs = new Map<string, string[]>();
  for (const line of (await readFile(join(folder, "modules.dep"), "utf8")).split("\n")) {
    const [path, rest] = line.split(":");
    if (path) needs.set(path, (rest ?? "").split(" ").filter(Boolean));
  }
  const byName = new Map([...needs.keys()].map((path) => [moduleName(path), path]));
  const order = new Map<string, OrderedModule>();
  const add = (path: string, network: string | undefined) => {
    for (const need of (needs.get(path) ?? []).toReversed()) add(need, network);
    if (!order.has(path)) order.set(path, { path, network });
  };
  for (const { name, network } of wanted) {
    const path = byName.get(name);
    if (path) add(path, network);
  }
  return [...order.values()];
}
