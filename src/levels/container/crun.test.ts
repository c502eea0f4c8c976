import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { createLocalPlatform } from "../../platforms/local/local-platform.ts";
import { busyboxImage } from "../testing-image.ts";
import { describeEngine, instanceOf } from "../conformance.ts";
import { createCrun } from "./crun.ts";

const scratch = mkdtempSync(join(tmpdir(), "aloft-crun-image-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const path = "/usr/sbin:/usr/bin:/sbin:/bin";
const unified = "/sys/fs/cgroup/unified";

describeEngine("crun", async () => {
  const engine = createCrun({
    program: "crun",
    init: "/bin/busybox",
    nat: "slirp4netns",
    path,
    architecture: process.arch,
    scratch,
    mayMount: process.getuid?.() === 0,
    ...(existsSync(`${unified}/cgroup.procs`) ? { unified } : {}),
  });
  const availability = await engine.probe(AbortSignal.timeout(20_000));
  return {
    engine,
    availability,
    ...(availability.available ? { squashfs: busyboxImage(scratch) } : {}),
    open: (folder) =>
      createLocalPlatform({
        folder,
        instance: instanceOf(folder),
        clock: systemClock,
        env: { PATH: path },
      }),
  };
});
