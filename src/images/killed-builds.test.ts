import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { content, execute, lacks, makeBench, makeRoot, processes, traces } from "./testing.ts";

const lack = lacks("mksquashfs", "crun", "busybox", "unshare", "setpriv");
const kills = process.env["ALOFT_TEST_FULL"] === "1" ? 60 : 10;

function startBuild(folder: string, recipe: object) {
  const script = join(import.meta.dirname, "testing-build.ts");
  const argv = [script, folder, JSON.stringify({ packages: [], run: [], ...recipe })];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { child, ended: once(child, "close"), output: () => text };
}

describe.skipIf(lack)(
  `builds at once and killed${lack ? ` (${lack})` : ""}`,
  { timeout: 60_000 },
  () => {
    test("one recipe built at once, here and in other processes, is built once", {
      timeout: 60_000,
    }, async () => {
      await using bench = await makeBench();
      await makeRoot(bench.folder);
      // The step writes outside the image, where each execution can be counted: nowhere but in its own output.
      const recipe = {
        from: `dir:${bench.folder}/root`,
        run: ["echo stepping; dd if=/dev/urandom of=/dice bs=9 count=1"],
      };
      const others = [1, 2].map(() => startBuild(bench.options.folder, recipe));
      const ours = await Promise.all([bench.build(recipe), bench.build(recipe)]);
      await Promise.all(others.map(({ ended }) => ended));
      const outputs = others.map(({ output }) => output());
      for (const output of outputs) expect(output).toContain(`{"digest":"${ours[0].digest}"}`);
      expect(ours[1].digest).toBe(ours[0].digest);
      // Two here share one build and hear the same events.
      const here = bench.events.filter(({ message }) => message === "stepping").length / 2;
      const there = outputs.flatMap((output) => output.match(/"stepping"/g) ?? []).length;
      expect(here + there).toBe(1);
      expect(await bench.store.list()).toHaveLength(2);
    });

    test("one of two who wait may go; the last who goes ends the build", async () => {
      await using bench = await makeBench();
      await makeRoot(bench.folder);
      const recipe = { from: "dir:root", run: ["echo here; test -e /never || sleep 1; echo over"] };
      const impatient = new AbortController();
      const first = bench.build(recipe, { signal: impatient.signal });
      const second = bench.build(recipe);
      await expect
        .poll(() => bench.events.some(({ message }) => message === "here"), { timeout: 20_000 })
        .toBe(true);
      impatient.abort();
      await expect(first).rejects.toMatchObject({ code: "cancelled" });
      expect((await second).recipe.run).toEqual(recipe.run);
    });

    test("killed at any moment leaves nothing that the sweep does not take, and goes on from there", {
      timeout: 180_000,
    }, async () => {
      await using bench = await makeBench();
      await using warm = await makeBench();
      const root = await makeRoot(bench.folder);
      await mkdir(join(root, "data"));
      for (let index = 0; index < 40; index += 1)
        await writeFile(
          join(root, "data", `${index}`),
          crypto.getRandomValues(new Uint8Array(65536)),
        );
      await execute("tar", ["-C", root, "-czf", join(bench.folder, "r.tgz"), "."]);
      const steps = [
        "echo 1 >>/trail; sleep 0.1",
        "echo 2 >>/trail; dd if=/dev/zero of=/z bs=1M count=20",
        "echo 3 >>/trail",
      ];
      const recipe = { from: `tar:${bench.folder}/r.tgz`, run: steps };
      const start = performance.now();
      const whole = startBuild(warm.options.folder, recipe);
      await whole.ended;
      const duration = performance.now() - start;
      for (let round = 0; round < kills; round += 1) {
        // A fresh recipe every other round, so that later phases are hit as well as early ones.
        const varied = { ...recipe, run: [...steps, `echo ${Math.floor(round / 2)} >>/trail`] };
        const { child, ended } = startBuild(bench.options.folder, varied);
        await after(Math.random() * duration);
        child.kill("SIGKILL");
        await ended;
        await bench.store.sweep(bench.signal);
        expect(await readdir(join(bench.options.folder, "work"))).toEqual([]);
        await expect
          .poll(() => [...traces(bench.folder), ...processes(bench.options.folder)], {
            timeout: 10_000,
          })
          .toEqual([]);
        for (const folder of ["names", "recipes", "locks"])
          expect(
            (await readdir(join(bench.options.folder, folder))).filter(
              (name) => !/^[0-9a-f]{32}$/.test(name),
            ),
          ).toEqual([]);
      }
      const image = await bench.build(recipe);
      expect(await content(bench.store.squashfsPath(image), "trail")).toBe("1\n2\n3\n");
      for (const { digest } of await bench.store.list()) {
        const { stdout } = await execute("sha256sum", [bench.store.squashfsPath({ digest })]);
        expect(`sha256:${stdout.slice(0, 64)}`).toBe(digest);
      }
    });

    test("a build of a living process is not swept away", async () => {
      await using bench = await makeBench();
      await makeRoot(bench.folder);
      const building = bench.build({ from: "dir:root", run: ["echo here; sleep 1; echo x >/x"] });
      await expect
        .poll(() => bench.events.some(({ message }) => message === "here"), { timeout: 20_000 })
        .toBe(true);
      expect(await bench.store.sweep(bench.signal)).toEqual({ folders: 0, processes: 0 });
      await expect(
        bench.store.gc({ inUse: new Set(), signal: bench.signal }),
      ).rejects.toMatchObject({
        code: "conflict",
        retry: "later",
      });
      const image = await building;
      expect(await content(bench.store.squashfsPath(image), "x")).toBe("x\n");
    });
  },
);

describe.skipIf(lack)(
  `what stands in the way${lack ? ` (${lack})` : ""}`,
  { timeout: 60_000 },
  () => {
    test("a full disk is called that, before the build and in the middle of it", async () => {
      await using bench = await makeBench();
      const root = await makeRoot(bench.folder);
      await mkdir(bench.options.folder);
      await execute("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", bench.options.folder]);
      try {
        await writeFile(join(root, "noise"), crypto.getRandomValues(new Uint8Array(65536)));
        for (let index = 0; index < 8; index += 1)
          await execute("dd", ["if=/dev/urandom", `of=${root}/noise-${index}`, "bs=1M", "count=2"]);
        await execute("tar", ["-C", root, "-cf", join(bench.folder, "big.tar"), "."]);
        const place = bench.options.folder;
        const hint = new RegExp(`^free space on the file system ${place} \\(.* free\\).*image gc`);
        const full = { code: "disk-full", hint: expect.stringMatching(hint) as string };
        await expect(bench.build({ from: "dir:root" })).rejects.toMatchObject(full);
        await expect(bench.build({ from: "tar:big.tar" })).rejects.toMatchObject(full);
        expect(await readdir(join(place, "work"))).toEqual([]);
        // Not a byte is free: not even a lock can be noted.
        await execute("sh", ["-c", `! cat /dev/zero 2> /dev/null > ${place}/fill`]);
        await expect(bench.build({ from: "dir:root" })).rejects.toMatchObject({
          ...full,
          message: expect.stringContaining("dir:") as string,
        });
        await bench.store.gc({ inUse: new Set(), signal: bench.signal });
      } finally {
        await execute("umount", [bench.options.folder]);
      }
    });

    test("a missing program is named with its package", async () => {
      const path = join(import.meta.dirname, "nowhere");
      await using bench = await makeBench();
      const { createPrograms, find } = await import("./program.ts");
      await expect(find("mksquashfs", path)).rejects.toMatchObject({
        code: "unavailable",
        hint: "apt-get install squashfs-tools",
      });
      const programs = createPrograms({
        environment: {},
        marker: bench.folder,
        temporary: bench.folder,
      });
      const run = programs.run({ argv: ["no-such-program"], subject: "x", signal: bench.signal });
      await expect(run).rejects.toMatchObject({
        code: "unavailable",
        message: "no-such-program is not installed",
      });
    });

    test("sources, names and packages that cannot be are refused, and nothing is made", async () => {
      await using bench = await makeBench();
      await makeRoot(bench.folder);
      const bad = (recipe: object, more?: object) =>
        expect(bench.build({ from: "dir:root", ...recipe }, more)).rejects.toMatchObject({
          code: "bad-input",
          hint: expect.any(String) as string,
        });
      await bad({ packages: ["hello"] });
      await bad({ from: "debian:" });
      await bad({ from: "http://example.org/x.tar" });
      await bad({ from: "docker://UPPER/case" });
      await bad({ from: `dir:${bench.folder}` });
      await bad({}, { name: "debian:mine" });
      await bad({}, { name: "../up" });
      expect(await bench.store.list()).toEqual([]);
      await expect(bench.store.get("nothing-like-it")).rejects.toMatchObject({ code: "not-found" });
      expect((await readFile("/proc/self/mountinfo", "utf8")).includes(bench.folder)).toBe(false);
    });
  },
);
