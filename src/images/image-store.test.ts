import { mkdir, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { content, execute, lacks, listing, makeBench, makeRoot, traces } from "./testing.ts";

const lack = lacks("mksquashfs", "crun", "busybox", "unshare", "setpriv", "zstd", "xz");

async function tar(root: string, file: string, ...options: string[]): Promise<string> {
  await execute("tar", ["-C", root, "--numeric-owner", ...options, "-cf", file, "."]);
  return file;
}

describe.skipIf(lack)(`images from files${lack ? ` (${lack})` : ""}`, { timeout: 60_000 }, () => {
  test("a folder and its tar, plain or compressed, give their content", async () => {
    await using bench = await makeBench();
    const root = await makeRoot(bench.folder);
    const folder = await bench.build({ from: "dir:root" });
    const expected = await listing(bench.store.squashfsPath(folder));
    expect(expected).toContain("-rwxr-xr-x 0/0 /bin/busybox");
    for (const [name, ...options] of [
      ["r.tar"],
      ["r.tgz", "-z"],
      ["r.tar.xz", "-J"],
      ["r.tar.zst", "--zstd"],
    ]) {
      await tar(root, join(bench.folder, name ?? ""), ...options);
      const image = await bench.build({ from: `tar:${name}` });
      expect(await listing(bench.store.squashfsPath(image))).toEqual(expected);
    }
    expect(await readdir(bench.options.folder + "/work")).toEqual([]);
  });

  test("the same content gives the same digest, whatever the time, the store and the compression", async () => {
    await using one = await makeBench();
    await using two = await makeBench();
    const root = await makeRoot(one.folder);
    await rm(join(root, "tmp"), { recursive: true });
    const plain = await one.build({ from: `tar:${await tar(root, join(one.folder, "a.tar"))}` });
    // The kernel's clock must show another second: mksquashfs likes to write down the present one.
    const second = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
    const packed = await two.build({
      from: `tar:${await tar(root, join(one.folder, "b.tgz"), "-z")}`,
    });
    expect(packed.digest).toBe(plain.digest);
    const from = `dir:${root}`;
    expect((await one.build({ from })).digest).toBe((await two.build({ from })).digest);
  });

  test("a tar without entries for its folders gets root's, with a fixed time", async () => {
    await using bench = await makeBench();
    const root = await makeRoot(bench.folder);
    await execute("tar", ["-C", root, "-cf", join(bench.folder, "bare.tar"), "etc/os-release"]);
    const image = await bench.build({ from: "tar:bare.tar" });
    expect(await listing(bench.store.squashfsPath(image))).toEqual([
      "-rw-r--r-- 0/0 /etc/os-release",
      "drwxr-xr-x 0/0 /",
      "drwxr-xr-x 0/0 /etc",
    ]);
    const { stdout } = await execute("unsquashfs", [
      "-lln",
      "-UTC",
      bench.store.squashfsPath(image),
    ]);
    expect(stdout).toMatch(/1970-01-01 00:00 squashfs-root\/etc\n/);
    expect(stdout).toMatch(/1970-01-01 00:00 squashfs-root\n/);
  });

  test("a path through a link in a tar is unpacked as tar does it", async () => {
    await using bench = await makeBench();
    const root = join(bench.folder, "r");
    await mkdir(join(root, "usr", "lib"), { recursive: true });
    await symlink("usr/lib", join(root, "lib"));
    await execute("tar", ["-C", root, "-cf", join(bench.folder, "l.tar"), "usr", "lib"]);
    await rm(join(root, "lib"));
    await mkdir(join(root, "lib"));
    await writeFile(join(root, "lib", "late"), "x");
    await execute("tar", ["-C", root, "-rf", join(bench.folder, "l.tar"), "lib/late"]);
    const image = await bench.build({ from: "tar:l.tar" });
    const paths = await listing(bench.store.squashfsPath(image));
    expect(paths.some((line) => line.endsWith("/lib/late"))).toBe(true);
  });

  test("a source that changes is another image, and its old one stays", async () => {
    await using bench = await makeBench();
    const root = await makeRoot(bench.folder);
    const before = await bench.build({ from: "dir:root" });
    expect((await bench.build({ from: "dir:./root" })).digest).toBe(before.digest);
    await writeFile(join(root, "etc", "new"), "new\n");
    const after = await bench.build({ from: "dir:root" });
    expect(after.digest).not.toBe(before.digest);
    expect((await bench.store.get(before.digest)).digest).toBe(before.digest);
    expect((await bench.store.get("dir:root", bench.folder)).digest).toBe(after.digest);
  });

  test("names, digests and their beginnings find an image; names move, and go one by one", async () => {
    await using bench = await makeBench();
    const { store, signal } = bench;
    const root = await makeRoot(bench.folder);
    const one = await bench.build({ from: "dir:root" }, { name: "tiny:1" });
    await bench.build({ from: "tiny:1" }, { name: "tiny" });
    await utimes(join(root, "etc", "os-release"), 5, 5);
    const two = await bench.build({ from: "dir:root" }, { name: "tiny" });
    expect((await store.get("tiny")).digest).toBe(two.digest);
    expect((await store.get(one.digest.slice(7, 20))).names).toEqual(["tiny:1"]);
    expect((await store.list()).map(({ digest }) => digest)).toEqual([two.digest, one.digest]);
    await bench.build({ from: one.digest }, { name: "other" });
    await store.remove("other", { inUse: new Set([one.digest]), signal });
    const inUse = new Set([one.digest]);
    await expect(store.remove("tiny:1", { inUse, signal })).rejects.toMatchObject({
      code: "conflict",
    });
    await store.remove("tiny:1", { inUse: new Set(), signal });
    await expect(store.get(one.digest)).rejects.toMatchObject({ code: "not-found" });
    await expect(stat(store.squashfsPath(one))).rejects.toThrow("ENOENT");
  });

  test("collecting leaves what is named or in use, and drops the caches of steps", async () => {
    await using bench = await makeBench();
    const { store, signal } = bench;
    await makeRoot(bench.folder);
    const stepped = await bench.build({ from: "dir:root", run: ["echo 1 >/one"] });
    const named = await bench.build({ from: "dir:root", run: ["echo 2 >/two"] }, { name: "two" });
    const base = await store.get("dir:root", bench.folder);
    const inUse = new Set([stepped.digest]);
    const collected = await store.gc({ inUse, signal, all: true });
    expect(collected.removed).toEqual([base.digest]);
    expect(collected.bytes).toBeGreaterThan(base.bytes);
    expect((await store.list()).map(({ digest }) => digest)).toEqual([
      named.digest,
      stepped.digest,
    ]);
    expect(await readdir(join(bench.options.folder, "steps"))).toEqual([]);
    expect(await store.gc({ inUse: new Set(), signal, all: true })).toMatchObject({
      removed: [stepped.digest],
    });
  });

  test("collecting leaves what a run has used within a week", async () => {
    const day = 86_400;
    let now = Date.now() / 1000;
    await using bench = await makeBench({ clock: { ...systemClock, now: () => now } });
    const { store, signal } = bench;
    const inUse = new Set<string>();
    await makeRoot(bench.folder);
    const image = await bench.build({ from: "dir:root" });
    now += 6 * day;
    expect(await store.gc({ inUse, signal })).toMatchObject({ removed: [] });
    store.squashfsPath(image);
    now += 6 * day;
    expect(await store.gc({ inUse, signal })).toMatchObject({ removed: [] });
    now += 2 * day;
    expect(await store.gc({ inUse, signal })).toMatchObject({ removed: [image.digest] });
  });
});

describe.skipIf(lack)(`steps${lack ? ` (${lack})` : ""}`, { timeout: 60_000 }, () => {
  test("run in a container on top of the source, and none runs twice", async () => {
    await using bench = await makeBench();
    await makeRoot(bench.folder);
    const random = "dd if=/dev/urandom bs=16 count=1 2>/dev/null >/dice && echo rolled";
    const one = await bench.build({
      from: "dir:root",
      run: [random, "echo a >/last; wc -c /dice"],
    });
    const two = await bench.build({
      from: "dir:root",
      run: [random, "echo b >/last; rm /etc/os-release"],
    });
    const path = (image: typeof one) => bench.store.squashfsPath(image);
    expect(await content(path(one), "dice")).toBe(await content(path(two), "dice"));
    expect(await content(path(one), "last")).toBe("a\n");
    expect((await listing(path(two))).join("\n")).not.toContain("os-release");
    const messages = bench.events
      .filter(({ phase }) => phase === "step")
      .map((event) => event.message);
    expect(messages.filter((message) => message === "rolled")).toHaveLength(1);
    expect(messages).toContain("16 /dice");
    expect(bench.events).toContainEqual({
      phase: "step",
      step: 1,
      of: 2,
      message: `cached: ${random}`,
    });
    expect(traces(bench.folder)).toEqual([]);
  });

  test("see the host's resolver, which stays out of the image", async () => {
    await using bench = await makeBench();
    await makeRoot(bench.folder);
    const image = await bench.build({
      from: "dir:root",
      run: ["cat /etc/resolv.conf; wc -c </etc/resolv.conf >/size"],
    });
    const { size } = await stat("/etc/resolv.conf");
    expect(Number(await content(bench.store.squashfsPath(image), "size"))).toBe(size);
    expect((await listing(bench.store.squashfsPath(image))).join("\n")).not.toContain(
      "resolv.conf",
    );
  });

  test("that fail say which, with what they printed; the steps before are kept", async () => {
    await using bench = await makeBench();
    await makeRoot(bench.folder);
    const bad = { from: "dir:root", run: ["echo good", "echo oh no >&2; exit 5"] };
    await expect(bench.build(bad)).rejects.toMatchObject({
      code: "failed",
      message: "step 2 of 2 ended with exit code 5: echo oh no >&2; exit 5 (oh no)",
      details: { exitCode: 5, step: 2 },
    });
    expect(await readdir(join(bench.options.folder, "work"))).toEqual([]);
    await bench.build({ from: "dir:root", run: ["echo good", "echo better"] });
    expect(bench.events.filter(({ message }) => message === "good")).toHaveLength(1);
    expect(traces(bench.folder)).toEqual([]);
  });

  test("leave nothing running when they end or are cancelled", async () => {
    await using bench = await makeBench();
    await makeRoot(bench.folder);
    await bench.build({ from: "dir:root", run: ["sleep 4321 & echo started"] });
    const controller = new AbortController();
    const onProgress = ({ message }: { message: string }) => {
      if (message === "asleep") controller.abort();
    };
    const recipe = { from: "dir:root", run: ["echo asleep; sleep 4321"] };
    const build = bench.build(recipe, { signal: controller.signal, onProgress });
    await expect(build).rejects.toMatchObject({ code: "cancelled" });
    expect(await readdir(join(bench.options.folder, "work"))).toEqual([]);
    await expect.poll(() => traces(bench.folder), { timeout: 10_000 }).toEqual([]);
    const { stdout } = await execute("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter((line) => /^(?:\/bin\/)?sleep 4321/.test(line))).toEqual([]);
  });
});
