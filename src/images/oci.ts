import { createHash } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AloftError } from "../base/errors.ts";
import type { BuildContext } from "./build-context.ts";
import { readCompressed } from "./compressed.ts";
import { flatten, unstreamable } from "./flatten.ts";
import { readText } from "./layout.ts";
import {
  choosePlatform,
  Config,
  type Descriptor,
  imageConfig,
  Index,
  Manifest,
  parseJson,
} from "./oci-manifest.ts";
import { type ImageConfig, packFolder, packFolderCommand, packTar } from "./pack.ts";
import { isLoopback, repository, type Source } from "./source.ts";

export interface Fetched {
  readonly config: ImageConfig;
  readonly pinned?: string;
}

/** Blobs of one image, whatever holds them. `skopeo` is how skopeo names the place. */
interface Blobs {
  readonly manifest: ReturnType<typeof readManifest>;
  readonly file: (digest: string) => string;
  readonly skopeo: string;
  readonly pinned?: string;
}

type OciSource = Extract<Source, { kind: "registry" | "oci" | "docker-archive" | "oci-archive" }>;

/** Fetches a container image where it is not here, and packs what its layers show together. */
export async function packOci(
  context: BuildContext,
  source: OciSource,
  output: string,
): Promise<Fetched> {
  const blobs =
    source.kind === "oci" ? await localLayout(context, source) : await copied(context, source);
  const text = await blobText(context, blobs.file(blobs.manifest.config.digest));
  const config = parseJson(Config, text, context.subject);
  refuseForeign(context, config);
  await packLayers(context, blobs, output);
  const pinned = blobs.pinned === undefined ? {} : { pinned: blobs.pinned };
  return { config: imageConfig(config), ...pinned };
}

function refuseForeign(
  context: BuildContext,
  { os, architecture }: ReturnType<typeof Config.parse>,
) {
  const foreign = architecture && architecture !== context.architecture;
  if (!foreign && (os === undefined || os === "linux")) return;
  throw new AloftError("refused", `${context.subject} is an image for ${os}/${architecture}`, {
    hint: `choose one for linux/${context.architecture}`,
  });
}

async function blobText(context: BuildContext, path: string): Promise<string> {
  const text = await readText(path);
  if (text !== undefined) return text;
  throw new AloftError("bad-input", `${context.subject} is damaged: it lacks ${path}`, {
    hint: "make or download it again",
  });
}

function readManifest(context: BuildContext, text: string) {
  return parseJson(Manifest, text, context.subject);
}

async function localLayout(
  context: BuildContext,
  { path, tag }: Extract<Source, { kind: "oci" }>,
): Promise<Blobs> {
  const file = (digest: string) => join(path, "blobs", "sha256", digest.slice("sha256:".length));
  const top = await readText(join(path, "index.json"));
  if (top === undefined)
    throw new AloftError("not-found", `${context.subject} is no OCI layout: it has no index.json`, {
      hint: "an OCI layout is a folder as `skopeo copy … oci:FOLDER` makes it",
    });
  const { manifests } = parseJson(Index, top, context.subject);
  const tagged = tag === undefined ? manifests : manifests.filter((entry) => name(entry) === tag);
  if (tagged.length === 0 || (tag === undefined && new Set(tagged.map(name)).size > 1)) {
    const names = manifests.flatMap((entry) => name(entry) ?? []).join(", ");
    throw new AloftError("not-found", `${context.subject} names none of the layout's images`, {
      hint: names === "" ? "the layout is empty" : `write oci:FOLDER:TAG with one of: ${names}`,
    });
  }
  let chosen = choosePlatform(tagged, context.architecture, context.subject);
  while (/index|manifest\.list/.test(chosen.mediaType)) {
    const inner = parseJson(Index, await blobText(context, file(chosen.digest)), context.subject);
    chosen = choosePlatform(inner.manifests, context.architecture, context.subject);
  }
  const manifest = readManifest(context, await blobText(context, file(chosen.digest)));
  const skopeo = `oci:${path}${tag === undefined ? "" : `:${tag}`}`;
  return { manifest, file, skopeo, pinned: chosen.digest };
}

function name({ annotations }: Descriptor): string | undefined {
  return annotations?.["org.opencontainers.image.ref.name"];
}

/** Copied as it is, layers not recompressed: skopeo's `dir:` is a manifest beside blobs named by digest. */
async function copied(
  context: BuildContext,
  source: Exclude<OciSource, { kind: "oci" }>,
): Promise<Blobs> {
  const folder = join(context.work, "blobs");
  const registry = source.kind === "registry" ? await pin(context, source.reference) : undefined;
  const from = registry ? `docker://${registry}` : archive(source);
  context.progress("fetch", `fetching ${registry ?? context.subject}`);
  let blobs = 0;
  await context.programs.run({
    argv: [
      "skopeo",
      "--override-os",
      "linux",
      "--override-arch",
      context.architecture,
      "copy",
      ...tls(source),
      "--retry-times",
      "2",
      from,
      `dir:${folder}`,
    ],
    subject: context.subject,
    signal: context.signal,
    onLine(line) {
      if (line.startsWith("Copying blob")) blobs += 1;
      if (/^(?:Copying|Writing|Getting)/.test(line))
        context.progress("fetch", blobs > 0 ? `${line.slice(0, 80)} (blob ${blobs})` : line);
    },
  });
  const manifest = readManifest(context, await blobText(context, join(folder, "manifest.json")));
  const file = (digest: string) => join(folder, digest.slice("sha256:".length));
  const pinned = registry === undefined ? {} : { pinned: registry };
  return { manifest, file, skopeo: `dir:${folder}`, ...pinned };
}

function archive(source: Exclude<OciSource, { kind: "oci" }>): string {
  if (source.kind === "registry") return `docker://${source.reference}`;
  return `${source.kind}:${source.path}${source.tag === undefined ? "" : `:${source.tag}`}`;
}

function tls(source: OciSource): string[] {
  if (source.kind !== "registry" || !isLoopback(source.reference)) return [];
  return ["--src-tls-verify=false"];
}

/** The reference by digest: what the tag means now, for the copy that follows as for the record. */
export async function pin(context: BuildContext, reference: string): Promise<string> {
  if (reference.includes("@")) return reference;
  context.progress("resolve", `asking the registry for ${reference}`);
  const raw = await context.programs.run({
    argv: [
      "skopeo",
      "inspect",
      "--raw",
      ...(isLoopback(reference) ? ["--tls-verify=false"] : []),
      "--retry-times",
      "2",
      `docker://${reference}`,
    ],
    subject: context.subject,
    signal: context.signal,
  });
  const digest = createHash("sha256").update(raw).digest("hex");
  return `${repository(reference)}@sha256:${digest}`;
}

async function packLayers(context: BuildContext, blobs: Blobs, output: string): Promise<void> {
  const { layers } = blobs.manifest;
  const files = layers.map(({ digest }) => ({ path: blobs.file(digest), digest })).toReversed();
  let total = 0;
  for (const { path } of files) total += (await statBlob(context, path)).size;
  let done = 0;
  const open = ({ path, digest }: (typeof files)[number]) => {
    return () =>
      readCompressed({
        path,
        sha256: digest.slice("sha256:".length),
        subject: context.subject,
        programs: context.programs,
        signal: context.signal,
        onRead(bytes) {
          done += bytes;
          context.progress("pack", "flattening and packing", total === 0 ? 1 : done / total);
        },
      });
  };
  try {
    await packTar(context, flatten({ layers: files.map(open), whiteouts: true }), output);
  } catch (error) {
    if (error !== unstreamable) throw error;
    await unpack(context, blobs, output);
  }
}

async function statBlob(context: BuildContext, path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw new AloftError("bad-input", `${context.subject} is damaged: a layer is missing`, {
      hint: "make or download it again",
      cause: error,
    });
  }
}

/** The way for layers that cannot be merged as streams: umoci lays them out on the disk. */
async function unpack(context: BuildContext, blobs: Blobs, output: string): Promise<void> {
  const { programs, subject, signal, work } = context;
  const layout = join(work, "layout");
  const bundle = join(work, "bundle");
  await mkdir(layout, { recursive: true });
  context.progress("unpack", "unpacking layer by layer");
  await programs.run({
    argv: [
      "skopeo",
      "--override-os",
      "linux",
      "--override-arch",
      context.architecture,
      "copy",
      blobs.skopeo,
      `oci:${layout}:image`,
    ],
    subject,
    signal,
  });
  const rootless = process.getuid?.() === 0 ? [] : ["--rootless"];
  await programs.run({
    argv: ["umoci", "unpack", ...rootless, "--image", `${layout}:image`, bundle],
    subject,
    signal,
  });
  await packFolder(context, packFolderCommand(join(bundle, "rootfs"), output));
}
