import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { content, environment, execute, lacks, listing, makeBench } from "./testing.ts";

const lack = lacks("mksquashfs", "busybox", "umoci", "skopeo", "unshare");
const noRegistry =
  lack ?? lacks("docker-registry", "htpasswd", "skopeo")?.replace("htpasswd", "apache2-utils");

/** A layout with the tag `t`: each change of the root file system, made by a shell in it, is a layer. */
async function makeLayout(folder: string, changes: readonly string[]): Promise<string> {
  const layout = join(folder, "layout");
  const image = ["--image", `${layout}:t`];
  await execute("umoci", ["init", "--layout", layout]);
  await execute("umoci", ["new", ...image]);
  for (const [index, change] of changes.entries()) {
    const bundle = join(folder, `bundle-${index}`);
    await execute("umoci", ["unpack", ...image, bundle]);
    await execute("sh", ["-ec", change], { cwd: join(bundle, "rootfs") });
    await execute("umoci", ["repack", ...image, bundle]);
    await rm(bundle, { recursive: true });
  }
  const config = ["--config.env", "A=b=c", "--config.entrypoint", "/bin/sh", "--config.cmd", "-c"];
  await execute("umoci", ["config", ...image, ...config, "--config.workingdir", "/etc"]);
  return layout;
}

/** A layout written by hand: each layer is what `tar` makes of the paths, after the change. */
async function layoutOf(folder: string, changes: readonly (readonly [string, string])[]) {
  const layout = join(folder, "layout");
  const root = join(folder, "hand");
  await mkdir(join(layout, "blobs", "sha256"), { recursive: true });
  await mkdir(root);
  const blob = async (mediaType: string, data: Buffer | object) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(JSON.stringify(data));
    const hex = createHash("sha256").update(bytes).digest("hex");
    await writeFile(join(layout, "blobs", "sha256", hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const tars: Awaited<ReturnType<typeof blob>>[] = [];
  for (const [change, paths] of changes) {
    await execute("sh", ["-ec", change], { cwd: root });
    const { stdout } = await execute("tar", ["-C", root, "-c", ...paths.split(" ")], {
      encoding: "buffer",
    });
    tars.push(await blob("application/vnd.oci.image.layer.v1.tar", stdout));
  }
  const rootfs = { type: "layers", diff_ids: tars.map(({ digest }) => digest) };
  const platform = { os: "linux", architecture: process.arch === "x64" ? "amd64" : process.arch };
  const config = await blob("application/vnd.oci.image.config.v1+json", {
    ...platform,
    config: {},
    rootfs,
  });
  const manifest = await blob("application/vnd.oci.image.manifest.v1+json", {
    schemaVersion: 2,
    config,
    layers: tars,
  });
  await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(
    join(layout, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [manifest] }),
  );
}

const layers = [
  "mkdir -p a/b bin d; echo 1 >a/one; echo 2 >a/b/two; ln a/one a/hard; echo x >gone; echo y >d/inside; ln -s a link; chmod 2711 bin; chown 5:6 bin; mknod null c 1 3",
  "rm gone; rm -r d; echo 1b >a/b/two; mkdir d; echo z >d/new",
  "rm -r a/b; mkdir a/b; echo 3 >a/b/three; setfattr -n user.mark -v here a/one 2>/dev/null || :",
];

describe.skipIf(lack)(`container images${lack ? ` (${lack})` : ""}`, { timeout: 60_000 }, () => {
  test("are flattened exactly as umoci unpacks them", async () => {
    await using bench = await makeBench();
    const layout = await makeLayout(bench.folder, layers);
    const image = await bench.build({ from: "oci:layout:t" });
    const bundle = join(bench.folder, "reference");
    await execute("umoci", ["unpack", "--image", `${layout}:t`, bundle]);
    const reference = await bench.build({ from: `dir:${join(bundle, "rootfs")}` });
    const path = bench.store.squashfsPath(image);
    expect(await listing(path)).toEqual(await listing(bench.store.squashfsPath(reference)));
    expect((await listing(path)).join("\n")).not.toMatch(/gone|inside|two|\.wh\./);
    expect(await content(path, "a/hard")).toBe("1\n");
    expect(image).toMatchObject({
      env: { A: "b=c" },
      entrypoint: ["/bin/sh"],
      command: ["-c"],
      workdir: "/etc",
    });
    expect(bench.events.some(({ phase }) => phase === "unpack")).toBe(false);
  });

  test("with a hard link to what a higher layer replaced are unpacked, and are right too", async () => {
    await using bench = await makeBench();
    const first = ["echo 1 >one; ln one other", "one other"] as const;
    await layoutOf(bench.folder, [first, ["rm one; echo 2 >one", "one"]]);
    const image = await bench.build({ from: "oci:layout" });
    const path = bench.store.squashfsPath(image);
    expect(await content(path, "one")).toBe("2\n");
    expect(await content(path, "other")).toBe("1\n");
    expect(bench.events.some(({ phase }) => phase === "unpack")).toBe(true);
  });

  test("come from Docker's and OCI's archives with the same content", async () => {
    await using bench = await makeBench();
    const layout = await makeLayout(bench.folder, layers.slice(0, 2));
    const docker = `docker-archive:${bench.folder}/d.tar`;
    await execute("skopeo", ["copy", `oci:${layout}:t`, `${docker}:some/name:1`]);
    await execute("skopeo", ["copy", `oci:${layout}:t`, `oci-archive:${bench.folder}/o.tar`]);
    const expected = await bench.build({ from: "oci:layout:t" });
    expect((await bench.build({ from: "docker-archive:d.tar" })).digest).toBe(expected.digest);
    expect((await bench.build({ from: "oci-archive:o.tar" })).digest).toBe(expected.digest);
  });

  test("of another configuration and the same files are other images", async () => {
    await using bench = await makeBench();
    const layout = await makeLayout(bench.folder, layers.slice(0, 1));
    const before = await bench.build({ from: "oci:layout:t" });
    await execute("umoci", ["config", "--image", `${layout}:t`, "--config.env", "A=other"]);
    const after = await bench.build({ from: "oci:layout:t" });
    expect(after.digest).not.toBe(before.digest);
    expect(after.env).toEqual({ A: "other" });
    const path = (image: typeof after) => bench.store.squashfsPath(image);
    expect(await listing(path(after))).toEqual(await listing(path(before)));
  });

  test("for several platforms give ours; one for others only is refused", async () => {
    await using bench = await makeBench();
    const layout = await makeLayout(bench.folder, layers.slice(0, 1));
    const file = join(layout, "index.json");
    const index = JSON.parse(await readFile(file, "utf8")) as { manifests: object[] };
    const [ours = {}] = index.manifests;
    const foreign = {
      ...ours,
      digest: `sha256:${"0".repeat(64)}`,
      platform: { os: "linux", architecture: "s390x" },
    };
    await writeFile(file, JSON.stringify({ ...index, manifests: [foreign, ours] }));
    expect((await bench.build({ from: "oci:layout:t" })).entrypoint).toEqual(["/bin/sh"]);
    await writeFile(file, JSON.stringify({ ...index, manifests: [foreign] }));
    await expect(bench.build({ from: "oci:layout:t" })).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("s390x") as string,
    });
  });

  test("that are damaged, missing or not what they are called are explained, and leave nothing", async () => {
    await using bench = await makeBench();
    const layout = await makeLayout(bench.folder, layers);
    await mkdir(join(bench.folder, "empty"));
    await writeFile(join(bench.folder, "nonsense.tar"), "nonsense ".repeat(1000));
    const wrong = (from: string, code: string) =>
      expect(bench.build({ from })).rejects.toMatchObject({
        code,
        hint: expect.any(String) as string,
      });
    await wrong("oci:empty", "not-found");
    await wrong("oci:layout:other", "not-found");
    await wrong("oci:absent", "not-found");
    await wrong("docker-archive:nonsense.tar", "bad-input");
    await wrong("oci-archive:nonsense.tar", "bad-input");
    await wrong("tar:nonsense.tar", "bad-input");
    await wrong("tar:absent.tar", "not-found");
    const blobs = join(layout, "blobs", "sha256");
    for (const name of await readdir(blobs)) {
      const blob = await readFile(join(blobs, name));
      if (blob[0] === 0x1f) await writeFile(join(blobs, name), blob.subarray(0, blob.length - 20));
    }
    await wrong("oci:layout:t", "bad-input");
    expect(await readdir(join(bench.options.folder, "work"))).toEqual([]);
    expect(await bench.store.list()).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** Debian's registry on this machine, open to `user` with `pass-word-7` alone. */
async function startRegistry(folder: string) {
  const port = await freePort();
  const { stdout } = await execute("htpasswd", ["-Bbn", "user", "pass-word-7"]);
  await writeFile(join(folder, "htpasswd"), stdout);
  await writeFile(
    join(folder, "registry.yml"),
    JSON.stringify({
      version: 0.1,
      log: { accesslog: { disabled: true }, level: "error" },
      storage: { filesystem: { rootdirectory: join(folder, "registry") } },
      http: { addr: `127.0.0.1:${port}` },
      auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
    }),
  );
  const child = spawn("docker-registry", ["serve", join(folder, "registry.yml")], {
    stdio: "ignore",
  });
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/v2/`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(401);
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

describe.skipIf(noRegistry)(
  `registries${noRegistry ? ` (${noRegistry})` : ""}`,
  { timeout: 60_000 },
  () => {
    test("give what a tag means, by digest; a refresh finds what it means now", async () => {
      await using bench = await makeBench();
      await using registry = await startRegistry(bench.folder);
      const auth = join(bench.folder, "auth.json");
      await using user = await makeBench({
        environment: { ...environment, REGISTRY_AUTH_FILE: auth },
      });
      const env = { ...environment, REGISTRY_AUTH_FILE: auth };
      await execute(
        "skopeo",
        ["login", "--tls-verify=false", "-u", "user", "-p", "pass-word-7", registry.host],
        { env },
      );
      const push = ["copy", "--dest-tls-verify=false", `oci:${bench.folder}/layout:t`];
      const reference = `docker://${registry.host}/group/thing:1`;
      await makeLayout(bench.folder, layers.slice(0, 1));
      await execute("skopeo", [...push, reference], { env });
      const first = await user.build({ from: reference });
      expect(first.pinned).toMatch(
        new RegExp(`^${registry.host}/group/thing@sha256:[0-9a-f]{64}$`),
      );
      expect(first.digest).toBe((await bench.build({ from: "oci:layout:t" })).digest);
      expect((await user.build({ from: reference }, { refresh: true })).digest).toBe(first.digest);
      expect(user.events.filter(({ phase }) => phase === "fetch").length).toBeGreaterThan(0);
      await execute("umoci", [
        "config",
        "--image",
        `${bench.folder}/layout:t`,
        "--config.env",
        "N=2",
      ]);
      await execute("skopeo", [...push, reference], { env });
      expect((await user.build({ from: `${registry.host}/group/thing:1` })).digest).toBe(
        first.digest,
      );
      const second = await user.build({ from: reference }, { refresh: true });
      expect(second.env).toEqual({ A: "b=c", N: "2" });
      expect((await user.store.get(reference)).digest).toBe(second.digest);
      expect((await user.build({ from: `docker://${first.pinned}` })).digest).toBe(first.digest);
      await expect(
        user.build({ from: `docker://${registry.host}/group/none:1` }),
      ).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("refuse a wrong password without our telling it to anybody", async () => {
      await using bench = await makeBench();
      await using registry = await startRegistry(bench.folder);
      const auth = join(bench.folder, "auth.json");
      const secret = Buffer.from("user:wrong-word-9").toString("base64");
      await writeFile(auth, JSON.stringify({ auths: { [registry.host]: { auth: secret } } }));
      await using user = await makeBench({
        environment: { ...environment, REGISTRY_AUTH_FILE: auth },
      });
      const error: unknown = await user
        .build({ from: `docker://${registry.host}/x:1` })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "refused",
        hint: expect.stringContaining("skopeo login") as string,
      });
      const told = JSON.stringify([error, String(error), user.events]);
      expect(told).not.toContain("wrong-word-9");
      expect(told).not.toContain(secret);
    });

    test("that are not there are unavailable, and may be there later", async () => {
      await using bench = await makeBench();
      const port = await freePort();
      await expect(bench.build({ from: `docker://127.0.0.1:${port}/x:1` })).rejects.toMatchObject({
        code: "unavailable",
        retry: "later",
      });
    });
  },
);
