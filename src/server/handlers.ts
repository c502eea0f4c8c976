import type * as z from "zod";
import type { Doctor, Operations, Status } from "../contract/operations.ts";
import type { OperationName } from "../contract/routes.ts";
import type { Engine } from "../engine/engine.ts";
import type { CatalogUpdate, UpdatedOffers, UpdateEvent } from "../model/catalog-update.ts";
import type { Finding, ImportedOffers, OfferSource } from "../model/catalog.ts";
import type { Image, Recipe } from "../model/image.ts";
import type { Machine } from "../model/machine.ts";
import type { Offer } from "../model/offer.ts";

/** What the server needs of an image store. */
export interface ImageService {
  build(request: BuildRequest, onProgress: (event: BuildProgress) => void): Promise<Image>;
  list(): Promise<Image[]>;
  /** By digest, unique start of a digest, or name. Throws `not-found`. */
  get(reference: string): Promise<Image>;
  /** Throws `conflict` where a run needs it. */
  remove(reference: string, inUse: ReadonlySet<string>): Promise<Image>;
  /** Images without a name; those that a run used within a week only where `all` is set. */
  collect(inUse: ReadonlySet<string>, all: boolean): Promise<{ removed: string[]; bytes: number }>;
}

/** What the server needs of the catalogue of offers. */
export interface CatalogService {
  list(query: OfferQuery): Promise<{ offers: Offer[]; matching: number }>;
  /** Throws `not-found`. */
  offer(id: string): Promise<Offer>;
  check(): Promise<Finding[]>;
  sources(): Promise<OfferSource[]>;
  /** Throws `bad-input` with every place that is wrong. */
  import(request: OfferImport): Promise<ImportedOffers>;
  /** Reads a provider's prices. Throws `conflict` while it does so already; what was there stays after an error. */
  update(request: UpdateRequest, onProgress: (event: UpdateEvent) => void): Promise<UpdatedOffers>;
  remove(name: string): Promise<OfferSource>;
}

export interface UpdateRequest extends CatalogUpdate {
  readonly signal: AbortSignal;
}

type OfferQuery = Input<"listOffers">["query"];
type OfferImport = Input<"importOffers">["body"];

export interface BuildRequest {
  readonly recipe: Recipe;
  readonly name?: string | undefined;
  readonly origin: string;
  readonly refresh: boolean;
  readonly signal: AbortSignal;
}

export interface BuildProgress {
  readonly phase: string;
  readonly message: string;
  readonly step?: number | undefined;
  readonly of?: number | undefined;
  /** 0 to 1, where the tool tells. */
  readonly fraction?: number | undefined;
}

export interface ServerParts {
  readonly engine: Engine;
  readonly images: ImageService;
  readonly catalog: CatalogService;
  readonly machine: Machine;
  readonly version: string;
  readonly program: string;
  readonly home: string;
  readonly startedAt: number;
  readonly pid: number;
  /** What the platform cannot enforce or do here. */
  readonly platformFacts: () => Doctor["platform"];
  /** Ends the server after the answer has gone out. */
  readonly shutdown: () => void;
  readonly report: (message: string) => void;
}

interface Input<Name extends OperationName> {
  readonly params: z.infer<Operations[Name]["params"]>;
  readonly query: z.infer<Operations[Name]["query"]>;
  readonly body: z.infer<Operations[Name]["body"]>;
  readonly signal: AbortSignal;
}

type Handlers = {
  readonly [Name in OperationName]: (
    input: Input<Name>,
  ) => Promise<z.infer<Operations[Name]["output"]>>;
};

/** How long a wait lasts when the client does not say, in seconds: shorter than what any proxy cuts. */
const waitSeconds = 25;
const listLimit = 1000;

export function createHandlers(parts: ServerParts): Handlers {
  const { engine, images, catalog, machine } = parts;
  return {
    status: async () => status(parts),
    shutdown: async () => {
      parts.shutdown();
      return { pid: parts.pid };
    },
    doctor: async ({ query }) => ({
      machine,
      engines: await engine.reports(query.fresh ?? false),
      platform: parts.platformFacts(),
    }),
    plan: ({ body }) => engine.plan(body),
    accuracy: () => engine.accuracy(),
    createRun: ({ body }) => engine.create(body),
    listRuns: ({ query: { all, array, limit } }) =>
      engine.list({
        active: !all && array === undefined,
        limit: limit ?? listLimit,
        ...(array === undefined ? {} : { array }),
      }),
    getRun: ({ params }) => engine.find(params.id),
    waitRun: ({ params, query, signal }) => {
      const limit = AbortSignal.timeout((query.seconds ?? waitSeconds) * 1000);
      return engine.wait(params.id, AbortSignal.any([signal, limit]));
    },
    cancelRun: ({ params, body }) => engine.cancel(params.id, body),
    rerun: ({ params, body }) => engine.rerun(params.id, body),
    buildImage: ({ body, signal }) => images.build({ ...body, signal }, () => undefined),
    listImages: () => images.list(),
    getImage: ({ params }) => images.get(params.reference),
    removeImage: ({ params }) => images.remove(params.reference, engine.imagesInUse()),
    collectImages: ({ body }) => images.collect(engine.imagesInUse(), body.all),
    listOffers: async ({ query }) => ({
      ...(await catalog.list(query)),
      broken: await brokenSources(catalog),
    }),
    getOffer: ({ params }) => catalog.offer(params.id),
    checkCatalog: async () => ({
      findings: await catalog.check(),
      broken: await brokenSources(catalog),
    }),
    listOfferSources: () => catalog.sources(),
    importOffers: ({ body }) => catalog.import(body),
    updateOffers: ({ body, signal }) => catalog.update({ ...body, signal }, () => undefined),
    removeOfferSource: ({ params }) => catalog.remove(params.name),
  };
}

async function brokenSources(catalog: CatalogService): Promise<OfferSource[]> {
  return (await catalog.sources()).filter(({ problem }) => problem !== null);
}

async function status(parts: ServerParts): Promise<Status> {
  const { engine, machine, version, program, pid, home, startedAt } = parts;
  const runs = await engine.counts();
  const warnings = parts.platformFacts().flatMap(({ ok, detail }) => (ok ? [] : [detail]));
  const used = engine.used();
  return { version, program, pid, home, startedAt, machine, used, runs, warnings };
}
