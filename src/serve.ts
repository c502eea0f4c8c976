import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import * as z from "zod";
import { systemClock } from "./base/clock.ts";
import { asAloftError } from "./base/errors.ts";
import { type Catalog, createCatalog } from "./catalog/catalog.ts";
import { selectOffers } from "./catalog/select.ts";
import { type CatalogUpdates, createCatalogUpdates } from "./catalog/update/update-catalog.ts";
import { createEngine } from "./engine/engine.ts";
import type { ProbeCache } from "./engine/engine-reports.ts";
import { createImageStore, type ImageStore } from "./images/image-store.ts";
import { guestsFolder } from "./guests.ts";
import { rememberImages } from "./images/remembering-store.ts";
import { createLevelEngines } from "./level-engines.ts";
import { Availability } from "./model/level.ts";
import { bootId } from "./platforms/local/machine-facts.ts";
import { createLocalPlatform } from "./platforms/local/local-platform.ts";
import { createServer } from "./server/server.ts";
import type { CatalogService, ImageService } from "./server/handlers.ts";
import { createSqliteStorage } from "./storage/sqlite/sqlite-storage.ts";

export interface ServeOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly socket: string;
  readonly version: string;
  /** The file that runs. */
  readonly program: string;
}

/** The server in this process: joins all parts, and ends when it is asked to. Runs in flight go on without it. */
export async function serve({ env, home, socket, version, program }: ServeOptions): Promise<void> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  chmodSync(home, 0o700);
  const clock = systemClock;
  const startedAt = clock.now();
  const report = (message: string): void =>
    console.error(`${new Date(clock.now() * 1000).toISOString()} ${message}`);
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.resolve());

  const toolEnvironment = environmentOfTools(env);
  // Opened first: only one server can hold it, and the one that cannot must touch nothing else.
  await using storage = createSqliteStorage(join(home, "aloft.db"));
  await using platform = await createLocalPlatform({
    folder: home,
    instance: instanceOf(home),
    clock,
    env: environmentOfRuns(toolEnvironment),
  });
  const probes = probeCache(join(home, "probes.json"));
  const { engines, stepCommand } = createLevelEngines({
    home,
    path: toolEnvironment.PATH ?? "",
    guestFolder: guestsFolder(home, env.ALOFT_GUESTS),
    acceleration: probes.get("qemu")?.acceleration,
    mayMount: platform.mayMount,
  });
  const store = rememberImages(
    createImageStore({
      folder: join(home, "images"),
      stepCommand,
      architecture: process.arch,
      clock,
      environment: toolEnvironment,
    }),
  );
  const swept = AbortSignal.timeout(60_000);
  await store
    .sweep(swept)
    .catch((error: unknown) => report(`images: ${asAloftError(error).message}`));
  const machine = await platform.machine(AbortSignal.timeout(10_000));
  const catalogFolder = join(home, "catalog");
  const catalog = createCatalog({ folder: catalogFolder, clock });
  const updates = createCatalogUpdates({ folder: catalogFolder, catalog, clock });
  await using engine = await createEngine({
    storage,
    offers: catalog,
    platform,
    engines,
    images: {
      provide: (recipe, { origin, onProgress, signal }) =>
        store.build(recipe, { origin, signal, onProgress: ({ message }) => onProgress(message) }),
      built: (recipe, origin) => store.built(recipe, origin),
      squashfs: (image) => store.squashfsPath(image),
    },
    machine,
    clock,
    probeCache: probes,
    folderOf: (id) => join(home, "runs", id),
    report,
  });
  const server = createServer({
    ...{ engine, machine, version, program, home, startedAt, report },
    images: imageService(store),
    catalog: catalogService(catalog, updates),
    pid: process.pid,
    platformFacts: () =>
      platform.missing.length === 0
        ? [
            {
              name: "control groups",
              ok: true,
              detail: `limits are enforced (cgroup v${platform.layout.version})`,
            },
          ]
        : platform.missing.map((detail) => ({ name: "control groups", ok: false, detail })),
    shutdown: () => setImmediate(() => stop.resolve()),
  });
  // Nobody else can be listening: the database is ours.
  rmSync(socket, { force: true });
  const mask = process.umask(0o177);
  await server.listen({ path: socket });
  process.umask(mask);
  report(`Aloft ${version} serves ${socket}`);
  await stop.promise;
  // First, so that whoever waits for a run is answered before the connection closes.
  await engine[Symbol.asyncDispose]();
  await server.close();
  rmSync(socket, { force: true });
  report("ended");
}

/**
 * What a process without an image starts from: who and where it is. Nothing else of the shell that happened to
 * start the server: its secrets and settings are not the run's. `--env NAME` hands over what a run needs.
 */
function environmentOfRuns(environment: Record<string, string>): Record<string, string> {
  const names = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)));
}

/** What programs that Aloft calls start from: the server's own environment, without what is Aloft's. */
function environmentOfTools(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith("ALOFT_") && !entry[0].startsWith("npm_"),
  );
  const environment = Object.fromEntries(kept);
  const path = environment.PATH ?? "/usr/bin:/bin";
  const missing = ["/usr/sbin", "/sbin"].filter(
    (folder) => !path.split(delimiter).includes(folder),
  );
  return { ...environment, PATH: [path, ...missing].join(delimiter) };
}

/** Ten characters that tell this home from others on the machine, in names of control groups. */
function instanceOf(home: string): string {
  return createHash("sha256").update(home).digest("hex").slice(0, 10);
}

function imageService(store: ImageStore): ImageService {
  const soon = (): AbortSignal => AbortSignal.timeout(120_000);
  return {
    build: ({ recipe, name, origin, refresh, signal }, onProgress) =>
      store.build(recipe, { origin, refresh, signal, onProgress, ...(name ? { name } : {}) }),
    list: () => store.list(),
    get: (reference) => store.get(reference),
    remove: (reference, inUse) => store.remove(reference, { inUse, signal: soon() }),
    collect: (inUse, all) => store.gc({ inUse, all, signal: soon() }),
  };
}

function catalogService(catalog: Catalog, updates: CatalogUpdates): CatalogService {
  return {
    ...catalog,
    ...updates,
    list: async (query) => selectOffers(await catalog.offers(), query),
  };
}

const Probes = z.object({ boot: z.string(), engines: z.record(z.string(), Availability) });

/** Probes are good until the machine boots again. */
function probeCache(file: string): ProbeCache {
  const boot = bootId();
  const known = existsSync(file)
    ? Probes.safeParse(JSON.parse(readFileSync(file, "utf8")))
    : undefined;
  const engines = known?.success && known.data.boot === boot ? known.data.engines : {};
  return {
    get: (engine) => engines[engine],
    set(engine, availability) {
      engines[engine] = availability;
      writeFileSync(`${file}.tmp`, JSON.stringify({ boot, engines }));
      renameSync(`${file}.tmp`, file);
    },
  };
}
