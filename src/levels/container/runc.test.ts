import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { createLocalPlatform } from "../../platforms/local/local-platform.ts";
import { busyboxImage } from "../testing-image.ts";
import { describeEngine, instanceOf } from "../conformance.ts";
import { createRunc } from "./runc.ts";

const scratch = mkdtempSync(join(tmpdir(), "aloft-runc-image-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const path = "/usr/sbin:/usr/bin:/sbin:/bin";

describeEngine("runc", async () => {
  const engine = createRunc({
    program: "runc",
    init: "/bin/busybox",
    nat: "slirp4netns",
    path,
    architecture: process.arch,
    scratch,
    mayMount: process.getuid?.() === 0,
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
