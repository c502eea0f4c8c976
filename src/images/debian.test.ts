import { readdir, writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configuredSources } from "./debian.ts";
import { content, lacks, listing, makeBench, traces } from "./testing.ts";

const lack = lacks("mmdebstrap", "mksquashfs", "unshare");

/** Whether the mirror answers decides whether these can run; asked once. */
const mirror = await fetch("http://deb.debian.org/debian/dists/bookworm/InRelease", {
  method: "HEAD",
}).then(
  ({ ok }) => ok,
  () => false,
);
const reason = lack ?? (mirror ? undefined : "needs Debian's mirror, deb.debian.org");

describe.skipIf(reason)(`Debian${reason ? ` (${reason})` : ""}`, { timeout: 60_000 }, () => {
  test("is bootstrapped with its packages, and nothing of this machine", {
    timeout: 240_000,
  }, async () => {
    await using bench = await makeBench();
    const signal = AbortSignal.timeout(230_000);
    const image = await bench.build(
      { from: "debian:bookworm", packages: ["hello"] },
      { signal, name: "deb" },
    );
    const path = bench.store.squashfsPath(image);
    expect(await content(path, "usr/lib/os-release")).toContain("VERSION_CODENAME=bookworm");
    const sources = await content(path, "etc/apt/sources.list");
    expect(sources).toMatch(/^deb \[signed-by=\S+\] http:\S+ bookworm main/m);
    expect(sources).not.toContain("trusted");
    const paths = (await listing(path)).join("\n");
    expect(paths).toContain("/usr/bin/hello");
    expect(paths).not.toMatch(/\/etc\/(?:resolv\.conf|hostname)$/m);
    expect(image.pinned).toMatch(/ bookworm \d{4}-\d\d-\d\dT/);
    expect(new Set(bench.events.map(({ phase }) => phase))).toEqual(
      new Set(["resolve", "fetch", "unpack", "pack", "done"]),
    );
    expect((await bench.build({ from: "debian:12", packages: ["hello"] })).digest).toBe(
      image.digest,
    );
    expect(traces(bench.folder)).toEqual([]);
  });

  test("names the package that does not exist", { timeout: 240_000 }, async () => {
    await using bench = await makeBench();
    const signal = AbortSignal.timeout(230_000);
    const build = bench.build({ from: "debian:bookworm", packages: ["no-such-thing"] }, { signal });
    await expect(build).rejects.toMatchObject({
      code: "not-found",
      message: 'debian:bookworm has no package "no-such-thing"',
    });
    expect(await readdir(join(bench.options.folder, "work"))).toEqual([]);
  });

  test("without the suite, or without the mirror, says so", { timeout: 60_000 }, async () => {
    await using bench = await makeBench();
    await expect(bench.build({ from: "debian:nosuite" })).rejects.toMatchObject({
      code: "not-found",
    });
    const apt = join(bench.folder, "apt");
    await mkdir(apt);
    await writeFile(
      join(apt, "sources.list"),
      "deb [trusted=yes] http://me:pass-word-8@127.0.0.1:9/debian bookworm main\n",
    );
    await using away = await makeBench({ aptFolder: apt });
    const error: unknown = await away
      .build({ from: "debian:bookworm" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "unavailable", retry: "later" });
    expect(JSON.stringify([error, String(error), away.events])).not.toContain("pass-word-8");
    expect(await configuredSources(apt)).toHaveLength(1);
  });
});
