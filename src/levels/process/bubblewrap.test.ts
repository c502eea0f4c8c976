import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { createLocalPlatform } from "../../platforms/local/local-platform.ts";
import { busyboxImage } from "../testing-image.ts";
import { describeEngine, instanceOf } from "../conformance.ts";
import { createBubblewrap } from "./bubblewrap.ts";

const scratch = mkdtempSync(join(tmpdir(), "aloft-bubblewrap-image-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeEngine("bubblewrap", async () => {
  const engine = createBubblewrap({
    program: "bwrap",
    busybox: "/bin/busybox",
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
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      }),
  };
});

test("is not available where images cannot be mounted, and says so first", async () => {
  const engine = createBubblewrap({
    program: "/no/such/bwrap",
    busybox: "/no/such/busybox",
    scratch,
    mayMount: false,
  });
  expect(await engine.probe(AbortSignal.timeout(20_000))).toMatchObject({
    available: false,
    detail: "mounting images needs root",
    remedy: expect.stringContaining("sudo") as string,
  });
});
