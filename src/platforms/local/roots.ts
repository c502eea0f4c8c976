import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { randomId } from "../../base/ids.ts";
import { createMounter, mountsBelow } from "./mounting.ts";

/** Writable root file systems for runs: each an overlay on a read-only image, mounted ahead of its use. */
export interface Roots {
  /** A fresh root, by the name of its slot. */
  take(squashfs: string): Promise<string>;
  /** The root file system of a slot, whether it is mounted or not. */
  path(slot: string): string;
  isMounted(slot: string): boolean;
  /** Unmounts and deletes a slot. One that is gone already is fine. */
  drop(slot: string): Promise<void>;
  /** Removes what an earlier server left, but for the slots that runs still use. */
  recover(used: ReadonlySet<string>): Promise<void>;
  /** Unmounts what no run uses. */
  dispose(): Promise<void>;
}

export interface RootsOptions {
  /** An absolute folder of ours alone. */
  readonly folder: string;
  readonly clock: Clock;
  /** Roots kept ready for each image in use. Two: one is taken while the other is made. */
  readonly ready?: number;
  /** Seconds after its last use that an image stays mounted. */
  readonly idleSeconds?: number;
  /**
   * Milliseconds by which making the next root stays out of the way of the run that took the last, while there is another:
   * a short run has given its root back by then.
   */
  readonly refillDelay?: number;
}

/**
 * A layer between the image and a run's own: the places that levels mount on, so that no run has to make them,
 * and so that a link of the image there does not lead a mount astray.
 */
const pointFolders = ["dev", "etc", "proc", "sys", "work"].map((name) => `points/${name}`);
const pointFiles = ["etc/hosts", "etc/resolv.conf"].map((name) => `points/${name}`);

interface MountedImage {
  readonly name: string;
  readonly mounted: Promise<void>;
  readonly ready: string[];
  /** Roots being made. */
  pending: number;
  lastUsed: number;
}

export function createRoots(options: RootsOptions): Roots {
  const { folder, clock, ready = 2, idleSeconds = 600, refillDelay = 250 } = options;
  const mounter = createMounter(folder);
  const images = new Map<string, MountedImage>();
  const work = new Set<Promise<void>>();
  let disposed = false;
  for (const name of ["images", "slots", ...pointFolders])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o755 });
  for (const name of pointFiles) writeFileSync(join(folder, name), "", { mode: 0o644 });
  const sweeper = setInterval(() => background(dropIdle()), 60_000);
  sweeper.unref();

  /** Failures here show again, and are told, when a run needs the root. */
  function background(task: Promise<unknown>): void {
    const done = task.then(
      () => undefined,
      () => undefined,
    );
    work.add(done);
    void done.finally(() => work.delete(done));
  }

  function imageFor(squashfs: string): MountedImage {
    const known = images.get(squashfs);
    if (known) return known;
    const name = randomId();
    const image: MountedImage = {
      name,
      mounted: mountImage(squashfs, name),
      ready: [],
      pending: 0,
      lastUsed: clock.elapsed(),
    };
    images.set(squashfs, image);
    image.mounted.catch(() => images.delete(squashfs));
    return image;
  }

  async function mountImage(squashfs: string, name: string): Promise<void> {
    const point = join(folder, "images", name);
    mkdirSync(point, { recursive: true });
    // nodev: a device file in an image must not open the host's device.
    await mounter.run("mount", [
      ...["-t", "squashfs", "-o", "loop,ro,nodev,nosuid"],
      ...[squashfs, point],
    ]);
  }

  async function make(image: MountedImage): Promise<string> {
    await image.mounted;
    const slot = randomId();
    for (const name of ["upper", "work", "root"])
      mkdirSync(join(folder, "slots", slot, name), { recursive: true, mode: 0o755 });
    const at = `slots/${slot}`;
    // volatile: a root that does not outlive its run need not survive a power failure, so fsync in it is free.
    const paths = `lowerdir=points:images/${image.name},upperdir=${at}/upper,workdir=${at}/work`;
    try {
      const args = [
        "-t",
        "overlay",
        "-o",
        `nodev,nosuid,volatile,${paths}`,
        "overlay",
        `${at}/root`,
      ];
      await mounter.run("mount", args);
    } catch (error) {
      await rm(join(folder, at), { recursive: true, force: true });
      throw error;
    }
    return slot;
  }

  function refill(image: MountedImage): void {
    if (disposed || image.ready.length + image.pending >= ready) return;
    image.pending += 1;
    const made = make(image)
      .then((slot) => image.ready.push(slot))
      .finally(() => (image.pending -= 1));
    background(made.then(() => refill(image)));
  }

  async function drop(slot: string): Promise<void> {
    if (roots.isMounted(slot)) await mounter.run("umount", ["-l", roots.path(slot)]);
    await rm(join(folder, "slots", slot), { recursive: true, force: true });
  }

  async function dropImage(squashfs: string, image: MountedImage): Promise<void> {
    images.delete(squashfs);
    await image.mounted;
    await Promise.all(image.ready.splice(0).map(drop));
    // Roots that runs still use hold the image's file system by themselves.
    await unmountImage(image.name);
  }

  async function unmountImage(name: string): Promise<void> {
    const point = join(folder, "images", name);
    if (mountsBelow(point).length > 0) await mounter.run("umount", ["-l", point]);
    await rmdir(point);
  }

  async function dropIdle(): Promise<void> {
    for (const [squashfs, image] of images)
      if (clock.elapsed() - image.lastUsed > idleSeconds && image.pending === 0)
        await dropImage(squashfs, image);
  }

  const roots: Roots = {
    async take(squashfs) {
      const image = imageFor(squashfs);
      image.lastUsed = clock.elapsed();
      const slot = image.ready.shift();
      setTimeout(() => refill(image), image.ready.length > 0 ? refillDelay : 0).unref();
      return slot ?? (await make(image));
    },
    path: (slot) => join(folder, "slots", slot, "root"),
    isMounted: (slot) => mountsBelow(roots.path(slot)).length > 0,
    async drop(slot) {
      await drop(slot);
      for (const image of images.values()) refill(image);
    },
    async recover(used) {
      const slots = readdirSync(join(folder, "slots")).filter((slot) => !used.has(slot));
      await Promise.all(slots.map(drop));
      await Promise.all(readdirSync(join(folder, "images")).map(unmountImage));
    },
    async dispose() {
      disposed = true;
      clearInterval(sweeper);
      while (work.size > 0) await Promise.all(work);
      await Promise.all([...images].map(([squashfs, image]) => dropImage(squashfs, image)));
      await mounter.dispose();
    },
  };
  return roots;
}
