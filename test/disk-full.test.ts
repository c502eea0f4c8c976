import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Status } from "../src/contract/operations.ts";
import type { Run } from "../src/model/run.ts";
import { type Installation, install, until } from "./installation.ts";

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)(
  "a disk without room (needs root, to mount a small one: sudo npm test)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "aloft-full-"));
    let aloft: Installation;
    beforeAll(() => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", folder]);
      aloft = install(folder);
    });
    afterAll(async () => {
      await aloft[Symbol.asyncDispose]();
      execFileSync("umount", [folder]);
      rmdirSync(folder);
    });

    const small = ["--cpus", "0.1", "--memory", "64 MiB"];

    test("fails the run with that reason, and leaves server and records sound", async () => {
      const flood = ["sh", "-c", "head -c 100m /dev/zero"];
      const { id } = await aloft.json<Run>(["run", "--detach", ...small, "--", ...flood]);
      const server = aloft.serverPid();
      await until(async () => (await aloft.run(["wait", id])).code !== -1, "the run ends");
      const run = await aloft.json<Run>(["show", id]);
      expect(run.state).toBe("failed");
      expect(run.reason).toMatch(/disk .* is full/);
      expect(aloft.serverPid()).toBe(server);

      rmSync(join(run.folder, "stdout"));
      const after = await aloft.json<Run>(["run", ...small, "--", "true"]);
      expect(after.state).toBe("succeeded");
      await aloft.run(["down"]);
      expect(await aloft.json<Run>(["show", id])).toMatchObject({ state: "failed" });
    });

    test("refuses what it could not record, and loses nothing that it had", async () => {
      const { id } = await aloft.json<Run>(["run", ...small, "--name", "before", "--", "true"]);
      const filler = join(folder, "filler");
      const fill = (): void => {
        for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2))
          try {
            for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
          } catch {
            // Full to this size: fill what is left with smaller pieces.
          }
      };
      const server = aloft.serverPid();
      await until(async () => {
        fill();
        const { code, stderr } = await aloft.run(["run", "--detach", ...small, "--", "true"]);
        return code === 7 && /no room|no space/i.test(stderr);
      }, "a full disk is told");
      expect(aloft.serverPid()).toBe(server);
      expect((await aloft.json<Status>(["status"])).pid).toBeGreaterThan(0);
      rmSync(filler);
      expect(await aloft.json<Run>(["show", id])).toMatchObject({ state: "succeeded" });
      const { state } = await aloft.json<Run>(["run", ...small, "--", "true"]);
      expect(state).toBe("succeeded");
    });
  },
);
