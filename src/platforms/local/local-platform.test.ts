import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync, spawn } from "node:child_process";
import { expect, test } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { describePlatform } from "../conformance.ts";
import { createLocalPlatform } from "./local-platform.ts";
import { mountsBelow } from "./mounting.ts";
import { inPrivateNamespace } from "./namespace.ts";

const open = (folder: string) =>
  createLocalPlatform({
    folder,
    instance: folder.slice(folder.lastIndexOf("-") + 1).toLowerCase(),
    clock: systemClock,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  });

describePlatform("local", { open });

const root = process.getuid?.() === 0;
const signal = () => AbortSignal.timeout(20_000);

function image(folder: string): string {
  mkdirSync(join(folder, "tree/usr"), { recursive: true });
  writeFileSync(join(folder, "tree/usr/file"), "from the image\n");
  const file = join(folder, "image.squashfs");
  execFileSync("mksquashfs", [join(folder, "tree"), file, "-quiet"], { stdio: "ignore" });
  return file;
}

test.skipIf(!root)(
  "roots are writable, of one run alone, and gone in the end (needs root)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "aloft-roots-"));
    try {
      const squashfs = image(folder);
      const state = join(folder, "st,a:te-x1");
      const platform = await open(state);
      const stage = (id: string) =>
        platform.stage({ id, image: { squashfs, need: "root" } }, signal());
      const [first, second] = [await stage("first"), await stage("second")];
      const at = (staged: typeof first) => join(staged.image?.root ?? "", "usr/file");
      writeFileSync(at(first), "changed\n");
      expect(readFileSync(at(second), "utf8")).toBe("from the image\n");
      expect((await stage("first")).image?.root).toBe(first.image?.root);
      await platform.release("first", signal());
      await platform.release("first", signal());
      expect(mountsBelow(first.image?.root ?? "/none")).toEqual([]);
      // As after kill -9: the next one on the same folder clears up what no run uses.
      const next = await open(state);
      await next.release("second", signal());
      await next[Symbol.asyncDispose]();
      await Promise.allSettled([platform[Symbol.asyncDispose]()]);
      expect(mountsBelow(folder)).toEqual([]);
      expect(readdirSync(join(state, "mounts/slots"))).toEqual([]);
    } finally {
      for (const point of mountsBelow(folder)) execFileSync("umount", ["-l", point]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test.skipIf(!root)("a private namespace keeps mounts to itself (needs root)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-namespace-"));
  try {
    const script = `mount -t tmpfs tmpfs '${folder}' && echo mounted && sleep 1000`;
    const [program = "", ...args] = inPrivateNamespace(["sh", "-c", script]);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
    await new Promise((said) => {
      child.stdout.once("data", said);
    });
    expect(mountsBelow(folder)).toEqual([]);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
