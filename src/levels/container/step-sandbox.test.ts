import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { busyboxImage } from "../testing-image.ts";
import { stepSandbox } from "./step-sandbox.ts";

const here = process.getuid?.() === 0 && spawnSync("crun", ["--version"]).status === 0;

describe.skipIf(!here)("a build step (needs root and: apt-get install crun busybox-static)", () => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-step-"));
  beforeAll(() => {
    busyboxImage(folder);
    mkdirSync(join(folder, "bundle"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function step(command: string) {
    const root = join(folder, "busybox-root");
    const request = { id: "step", folder: join(folder, "bundle"), root, command };
    const { files, argv } = stepSandbox(
      { ...request, env: { GREETING: "it's" }, workdir: "/", resolvConf: "/etc/resolv.conf" },
      { program: "crun", init: "/bin/busybox", architecture: process.arch },
    );
    for (const file of files) writeFileSync(join(folder, "bundle", file.path), file.content);
    const inside = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", ...argv];
    const done = spawnSync("unshare", inside, { encoding: "utf8" });
    return { root, ...done };
  }

  test("changes its root, and gives the exit code", () => {
    const { root, status, stderr } = step('echo "$GREETING" > /made; exit 9');
    expect(stderr).toBe("");
    expect(status).toBe(9);
    expect(readFileSync(join(root, "made"), "utf8")).toBe("it's\n");
    expect(step("false; echo on").status).toBe(1);
  });

  test("cannot reach the kernel by the calls that the filter refuses", () => {
    const { stdout } = step(
      "for c in 'unshare -U true' 'mount -t tmpfs x /tmp' 'mknod /null c 1 3' 'chroot / true'; do $c 2> /dev/null && echo $c; done; true",
    );
    expect(stdout).toBe("chroot / true\n");
  });
});
