import { createHash } from "node:crypto";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { randomId } from "../../base/ids.ts";
import { fetchKernel, newestKernel } from "./debian-kernel.ts";
import { buildInitramfs, type WantedModule } from "./guest-files.ts";
import { unpackKernel } from "./kernel-image.ts";
import type { ProgramOptions } from "./program.ts";

export interface PrepareOptions {
  /** Where guests are kept, in the state folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** `kernel` (QEMU only), `initramfs` and `run.sh` of each engine: links to what was prepared last. */
export function guestFolders(folder: string): Record<Engine, string> {
  return { qemu: join(folder, "qemu"), uml: join(folder, "uml") };
}

export const umlProgram = "/usr/bin/linux.uml";
const umlModules = "/usr/lib/uml/modules";

const engines = ["qemu", "uml"] as const;
type Engine = (typeof engines)[number];

/** Each starts its engine's program for a run. */
const ownScripts: Readonly<Record<Engine, URL>> = {
  qemu: new URL("qemu-run.sh", import.meta.url),
  uml: new URL("uml-run.sh", import.meta.url),
};

const qemuWanted: readonly WantedModule[] = [
  ...["virtio_pci", "virtio_blk", "virtio_console", "squashfs", "overlay", "virtiofs"].map(
    (name) => ({ name }),
  ),
  { name: "virtio_net", network: "nat" },
];
const umlWanted: readonly WantedModule[] = [{ name: "squashfs" }, { name: "overlay" }];

/** The longest a step may take: 27 MB from a slow mirror. */
const stepSeconds = 900;

/** Makes QEMU's guest ready: nothing to do where the newest kernel's is there already. */
export async function prepareQemuGuest(options: PrepareOptions): Promise<void> {
  const steps: ProgramOptions = { signal: options.signal, deadline: stepSeconds };
  const kernel = await newestKernel(steps);
  const key = await contentKey("qemu", [kernel.name, kernel.version]);
  await once({ ...options, engine: "qemu", key }, async (folder) => {
    options.onProgress?.(`fetching ${kernel.name} ${kernel.version} for virtual machines`);
    const { image, modulesFolder } = await fetchKernel(kernel, folder, steps);
    const packed = await readFile(image);
    await writeFile(join(folder, "kernel.elf"), unpackKernel(packed) ?? packed);
    await writeFile(
      join(folder, "initramfs"),
      await buildInitramfs({ modulesFolder, wanted: qemuWanted }, steps),
    );
    await rm(join(folder, "kernel"), { recursive: true });
    await rename(join(folder, "kernel.elf"), join(folder, "kernel"));
    await cp(ownScripts.qemu, join(folder, "run.sh"));
  });
}

/** Makes user-mode Linux's guest ready, from the modules of the installed package. */
export async function prepareUmlGuest(options: PrepareOptions): Promise<void> {
  const steps: ProgramOptions = { signal: options.signal, deadline: stepSeconds };
  const release = (await readdir(umlModules)).toSorted().at(-1) ?? "";
  const { size, mtimeMs } = await stat(umlProgram);
  const key = await contentKey("uml", [release, String(size), String(mtimeMs)]);
  await once({ ...options, engine: "uml", key }, async (folder) => {
    options.onProgress?.(`preparing user-mode Linux ${release}`);
    const source = { modulesFolder: join(umlModules, release), wanted: umlWanted };
    await writeFile(join(folder, "initramfs"), await buildInitramfs(source, steps));
    await cp(ownScripts.uml, join(folder, "run.sh"));
  });
}

/** Whether the guests that are there were made by this Aloft. A newer kernel is no reason to make them again. */
export async function guestsAreCurrent(folder: string): Promise<boolean> {
  const guests = guestFolders(folder);
  const current = await Promise.all(
    engines.map(async (engine) => {
      const made = await readFile(join(guests[engine], madeBy), "utf8").catch(() => undefined);
      return made === (await contentKey(engine, []));
    }),
  );
  return current.every(Boolean);
}

/** In a guest: the key of our own files in it. */
const madeBy = "made-by";

/** Of what a guest is made of: our own files, and the versions of the others. */
async function contentKey(engine: Engine, versions: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(versions.join("\n"));
  const files = [new URL("init.sh", import.meta.url), ownScripts[engine], "/bin/busybox"];
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

interface Wanted extends PrepareOptions {
  readonly engine: Engine;
  readonly key: string;
}

/**
 * Builds a guest beside its place and moves it there whole. Of two at once the first one's is kept. What a killed
 * one left is never taken for a guest, and goes after a day.
 */
async function once(wanted: Wanted, build: (folder: string) => Promise<void>): Promise<void> {
  const { folder, engine, key } = wanted;
  const name = `${engine}-${key}`;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if (!(await exists(join(folder, name)))) {
    const temporary = await mkdtemp(join(folder, `new-${engine}-`));
    try {
      await build(temporary);
      await writeFile(join(temporary, madeBy), await contentKey(engine, []));
      await rename(temporary, join(folder, name)).catch(async (error: unknown) => {
        if (!(await exists(join(folder, name)))) throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  const link = join(folder, `new-${randomId()}`);
  await symlink(name, link);
  await rename(link, join(folder, engine));
  await removeOld(wanted, name);
}

const dayMs = 86_400_000;

async function removeOld({ folder, engine }: Wanted, current: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry === current || !new RegExp(`^(?:new-)?${engine}-`).test(entry)) continue;
    const { mtimeMs } = await stat(join(folder, entry));
    if (Date.now() - mtimeMs > dayMs)
      await rm(join(folder, entry), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
