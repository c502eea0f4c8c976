import { mkdir, rename, rm } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import { AloftError } from "../base/errors.ts";
import type { Image, Recipe } from "../model/image.ts";
import { buildPlan } from "./build.ts";
import type { BuildProgress } from "./build-context.ts";
import { redact } from "./failure.ts";
import { createLayout, listFolder, makeFolders } from "./layout.ts";
import { acquireLock } from "./lock.ts";
import { explainRoom } from "./room.ts";
import { planOf, type Plan } from "./recipe-key.ts";
import { createRecords } from "./records.ts";
import { createSharedWork } from "./shared-work.ts";
import { completeReference, parseSource } from "./source.ts";
import type { StepCommand } from "./steps.ts";
import { sweepBuilds, type Swept } from "./sweep.ts";
import { folderBytes } from "./folder-bytes.ts";

export interface ImageStoreOptions {
  /** The images' own folder, absolute; made when it is first needed. */
  readonly folder: string;
  readonly stepCommand: StepCommand;
  /** Ours: `x64`, `x86_64` or `amd64`, `arm64` or `aarch64`. */
  readonly architecture: string;
  readonly clock: Clock;
  /** For the programs: PATH, HOME and XDG_RUNTIME_DIR (registry credentials), proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where APT's configuration names the mirror; default `/etc/apt`. */
  readonly aptFolder?: string;
}

export interface BuildOptions {
  /** Points to the image when it is built; a name that points elsewhere moves. */
  readonly name?: string;
  /** What relative paths in the recipe start from; absolute. */
  readonly origin: string;
  /** Asks a moving source again instead of taking what was built from it. */
  readonly refresh?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (event: BuildProgress) => void;
}

export interface Collected {
  /** Digests of the removed images. */
  readonly removed: string[];
  /** What was freed, caches of steps included. */
  readonly bytes: number;
}

export interface ImageStore {
  /** The same recipe gives the image that is here; built at once by many, it is built once. */
  build(recipe: Recipe, options: BuildOptions): Promise<Image>;
  /** What `build` would give at once, without building anything; `undefined` where it would have to build. */
  built(recipe: Recipe, origin: string): Promise<Image | undefined>;
  /** By digest, its unique beginning (6 hexadecimal digits or more), name, or source as it was built. */
  get(reference: string, origin?: string): Promise<Image>;
  /** The newest first. */
  list(): Promise<Image[]>;
  /** A name that is not the image's only one goes alone; else the image does. Refuses what is in use. */
  remove(reference: string, options: InUse): Promise<Image>;
  /**
   * Removes images that have no name, are not in use and were not used for a week, and what steps have cached.
   * With `all` those too that were used since.
   */
  gc(options: InUse & { readonly all?: boolean }): Promise<Collected>;
  /** Takes away what killed builds have left. For the start of a server. */
  sweep(signal: AbortSignal): Promise<Swept>;
  /** The file, for a run to use now: that is noted as the image's last use. */
  squashfsPath(image: Pick<Image, "digest">): string;
}

/** A week, in seconds: what is run now and then is not built again for every clean-up. */
const keepSeconds = 7 * 86_400;

export interface InUse {
  /** Digests that runs need, now or soon. */
  readonly inUse: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Node's and the kernel's words for what OCI and Debian call otherwise. */
const architectures: Record<string, string> = { x64: "amd64", x86_64: "amd64", aarch64: "arm64" };

export function createImageStore(options: ImageStoreOptions): ImageStore {
  const layout = createLayout(options.folder);
  const records = createRecords(layout);
  const share = createSharedWork<Image, BuildProgress>();
  const architecture = architectures[options.architecture] ?? options.architecture;
  const builder = { aptFolder: "/etc/apt", ...options, layout, records, architecture };
  const { environment } = options;

  /** `undefined` where no image is meant: not a digest's beginning, not a name. */
  async function known(reference: string): Promise<Image | undefined> {
    const named = await records.byName(reference);
    const hex = reference.replace(/^sha256:/, "");
    if (named || !/^[0-9a-f]{6,64}$/.test(hex)) return named;
    const [digest, another] = await records.withPrefix(hex);
    if (another === undefined) return digest === undefined ? undefined : records.byDigest(digest);
    throw new AloftError("bad-input", `"${reference}" is the beginning of several digests`, {
      hint: "write more of the digest",
    });
  }

  async function plan(recipe: Recipe, origin: string): Promise<Plan> {
    const source = parseSource(recipe.from, origin);
    if (source.kind !== "bare") return planOf(source, recipe, architecture);
    const image = await known(source.text);
    if (image) return planOf({ kind: "image", digest: image.digest }, recipe, architecture);
    if (source.text.startsWith("sha256:")) throw unknownImage(source.text);
    const reference = completeReference(source.text);
    return planOf({ kind: "registry", reference }, recipe, architecture);
  }

  async function find(reference: string, origin: string): Promise<Image> {
    const image = await known(reference);
    if (image) return image;
    const made = await plan({ from: reference, packages: [], run: [] }, origin);
    const built = await records.byRecipe(made.key);
    if (built) return built;
    throw unknownImage(reference);
  }

  /** The image of a recipe that is here. A source that is an image with nothing on top is that image. */
  async function existing(made: Plan, origin: string): Promise<Image | undefined> {
    const isImage = made.source.kind === "image" && made.recipe.run.length === 0;
    return isImage ? find(made.recipe.from, origin) : records.byRecipe(made.key);
  }

  function run(made: Plan, who: Required<Pick<BuildOptions, "refresh" | "onProgress" | "signal">>) {
    const { refresh } = who;
    const participant = { signal: who.signal, onEvent: who.onProgress };
    return share(`${made.key} ${refresh}`, participant, (signal, emit) => {
      const base = async (inner: AbortSignal) => {
        if (made.source.kind === "image") return find(made.source.digest, "/");
        const recipe = { ...made.recipe, run: [] };
        const below: Plan = { ...made, recipe, key: made.baseKey };
        return run(below, { refresh, signal: inner, onProgress: emit });
      };
      return buildPlan(builder, { plan: made, refresh, signal, emit, base });
    });
  }

  async function build(recipe: Recipe, wanted: BuildOptions): Promise<Image> {
    const { name, origin, refresh = false, signal, onProgress = () => {} } = wanted;
    await makeFolders(layout);
    if (name !== undefined) checkName(name);
    onProgress({ phase: "resolve", message: redact(recipe.from) });
    const made = await plan(recipe, origin);
    // Of an image there is nothing to ask anew.
    const asksAnew = refresh && !(made.source.kind === "image" && made.recipe.run.length === 0);
    const here = asksAnew ? undefined : await existing(made, origin);
    const image = here ?? (await run(made, { refresh, signal, onProgress }));
    if (name !== undefined) {
      const shared = { mode: "shared", wait: true, signal, environment } as const;
      await using lock = await acquireLock(layout.lock("store"), shared);
      void lock;
      await records.setName(name, image.digest, options.clock.now());
    }
    onProgress({ phase: "done", message: image.digest, fraction: 1 });
    return (await records.byDigest(image.digest)) ?? image;
  }

  async function alone(signal: AbortSignal): Promise<AsyncDisposable> {
    await makeFolders(layout);
    const only = { mode: "exclusive", wait: false, signal, environment } as const;
    const lock = await acquireLock(layout.lock("store"), only);
    if (lock) return lock;
    throw new AloftError("conflict", "an image is being built", {
      hint: "wait until it is done, or cancel it",
      retry: "later",
    });
  }

  return {
    async build(recipe, wanted) {
      await mkdir(layout.folder, { recursive: true, mode: 0o700 });
      try {
        return await build(recipe, wanted);
      } catch (error) {
        throw await explainRoom(error, { subject: redact(recipe.from), folder: layout.folder });
      }
    },
    async built(recipe, origin) {
      await makeFolders(layout);
      return existing(await plan(recipe, origin), origin);
    },
    get: (reference, origin = "/") => find(reference, origin),
    list: () => records.all(),
    async remove(reference, { inUse, signal }) {
      await using lock = await alone(signal);
      void lock;
      const image = await find(reference, "/");
      if (image.names.length > 1 && image.names.includes(reference)) {
        await records.removeName(reference);
        return image;
      }
      if (inUse.has(image.digest))
        throw new AloftError("conflict", `image ${reference} is in use by a run`, {
          hint: "wait until the run has ended, or cancel it",
          retry: "later",
        });
      await records.removeImage(image);
      return image;
    },
    async gc({ inUse, signal, all = false }) {
      await using lock = await alone(signal);
      void lock;
      const images = await records.all();
      const free = images.filter(({ names, digest }) => names.length === 0 && !inUse.has(digest));
      const since = options.clock.now() - keepSeconds;
      const used = await Promise.all(free.map(({ digest }) => records.lastUse(digest)));
      const idle = free.filter((_, index) => all || (used[index] ?? 0) < since);
      let bytes = 0;
      for (const image of idle) {
        bytes += image.bytes;
        await records.removeImage(image);
      }
      bytes += await dropSteps();
      return { removed: idle.map(({ digest }) => digest), bytes };
    },
    async sweep(signal) {
      await makeFolders(layout);
      return sweepBuilds({ layout, environment, signal });
    },
    squashfsPath({ digest }) {
      records.noteUse(digest, options.clock.now());
      return layout.squashfs(digest);
    },
  };

  async function dropSteps(): Promise<number> {
    let bytes = 0;
    for (const key of await listFolder(layout.folders.steps)) {
      bytes += await folderBytes(layout.step(key));
      // First out of its place as a whole: no build ever finds half a step there.
      const grave = layout.work(key);
      await rename(layout.step(key), grave);
      await rm(grave, { recursive: true, force: true });
    }
    return bytes;
  }
}

function unknownImage(reference: string): AloftError {
  return new AloftError("not-found", `there is no image "${redact(reference)}"`, {
    hint: "`aloft image ls` shows what is there, `aloft image build` makes one",
  });
}

/** Names must not look like a source: what `--image` means would depend on what is there. */
function checkName(name: string): void {
  const isPlain = /^[a-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9._-]+)*(?::[A-Za-z0-9._-]+)?$/.test(name);
  const isSource = /^(?:debian|oci|dir|tar|docker|docker-archive|oci-archive|sha256):/.test(name);
  if (isPlain && !isSource && name.length <= 128 && !/^[0-9a-f]{6,64}$/.test(name)) return;
  throw new AloftError("bad-input", `"${name}" cannot be an image's name`, {
    hint: "use lower-case letters, digits, '.', '_', '-' and '/', with an optional :tag; not a source, not a digest",
  });
}
