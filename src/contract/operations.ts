import * as z from "zod";
import { CatalogUpdate, UpdatedOffers } from "../model/catalog-update.ts";
import { Finding, ImportedOffers, OfferSource } from "../model/catalog.ts";
import { Image, Recipe } from "../model/image.ts";
import { EngineName, EngineReport, Level } from "../model/level.ts";
import { Machine } from "../model/machine.ts";
import { Accuracy } from "../model/accuracy.ts";
import { Billing, Offer } from "../model/offer.ts";
import { Plan, Ranking } from "../model/plan.ts";
import { Run, RunState } from "../model/run.ts";
import { Workload } from "../model/workload.ts";
import type { OperationName } from "./routes.ts";

const Nothing = z.strictObject({});
const ById = z.strictObject({ id: z.string().min(1).max(200) });
const ByReference = z.strictObject({ reference: z.string().min(1).max(4200) });

export const NewRun = z.strictObject({
  workload: Workload,
  /** The folder that relative inputs are read from; absolute. */
  origin: z.string().startsWith("/"),
  level: Level.optional(),
  engine: EngineName.optional(),
  /** A client's own name for this request: the same key gives the same run, however often it is sent. */
  key: z.string().min(8).max(128).optional(),
});

/** A run that is only thought about, and what its user cares about. */
export const PlanQuestion = NewRun.extend({
  objective: Ranking.optional(),
  /** Seconds from now until the result is wanted. */
  deadline: z.number().positive().optional(),
  /** In the plan's currency. */
  budget: z.number().nonnegative().optional(),
  /** Beginnings of offers' names, such as `aws` or `gcp/europe-`: only these, or not these. `local` is this machine. */
  only: z.array(z.string().min(1)).max(100).default([]),
  exclude: z.array(z.string().min(1)).max(100).default([]),
  /** Rented places to show. */
  top: z.number().int().nonnegative().max(1000).default(10),
  /** Machines that may be taken away, at their lower price, as well. */
  spot: z.boolean().default(false),
  /** Names of candidates, or parts of them, to tell everything about. */
  about: z.array(z.string().min(1)).max(100).default([]),
  /** Bits per second from here to rented machines; without it an assumption that is told as such. */
  uplink: z.number().positive().optional(),
});

/** Which offers of the catalogue; what is absent does not matter. */
export const OfferQuery = z.strictObject({
  platform: z.string().optional(),
  /** The beginning of the region's name. */
  region: z.string().optional(),
  architecture: z.string().optional(),
  minCpus: z.coerce.number().nonnegative().optional(),
  minMemoryBytes: z.coerce.number().nonnegative().optional(),
  /** Per hour, in the offer's own currency; an unknown price is above every limit. */
  maxPrice: z.coerce.number().nonnegative().optional(),
  /** Part of an accelerator's name in any case, or `any`. */
  accelerator: z.string().optional(),
  sort: z.enum(["price", "cpus", "memory"]).optional(),
  limit: z.coerce.number().int().positive().max(1_000_000).optional(),
});

/** CSV with offers: a file that the server can read, or its text; and what it does not say of itself. */
export const OfferImport = z.strictObject({
  name: z.string().min(1).max(100),
  from: z.union([
    z.strictObject({ file: z.string().startsWith("/") }),
    z.strictObject({ text: z.string() }),
  ]),
  facts: z
    .strictObject({
      platform: z.string().min(1).optional(),
      date: z.string().optional(),
      architecture: z.string().optional(),
      billing: Billing.optional(),
    })
    .default({}),
});

export const Status = z.object({
  version: z.string(),
  /** The file that the server runs: another one than the client's is another Aloft. */
  program: z.string(),
  pid: z.number().int(),
  home: z.string(),
  startedAt: z.number(),
  machine: Machine,
  /** CPUs and bytes held by runs now. */
  used: z.object({ cpus: z.number(), memoryBytes: z.number() }),
  runs: z.partialRecord(RunState, z.number().int()),
  /** What is not as it should be, as sentences: no cgroups, a nearly full disk. */
  warnings: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

export const Doctor = z.object({
  machine: Machine,
  engines: z.array(EngineReport),
  /** What the platform cannot enforce or do here, each with its reason. */
  platform: z.array(z.object({ name: z.string(), detail: z.string(), ok: z.boolean() })),
});
export type Doctor = z.infer<typeof Doctor>;

/** Schemas of every operation's path parameters, query, body and answer. */
export const operations = {
  status: { params: Nothing, query: Nothing, body: Nothing, output: Status },
  shutdown: {
    params: Nothing,
    query: Nothing,
    body: Nothing,
    output: z.object({ pid: z.number() }),
  },
  doctor: {
    params: Nothing,
    query: z.strictObject({ fresh: z.stringbool().optional() }),
    body: Nothing,
    output: Doctor,
  },
  plan: { params: Nothing, query: Nothing, body: PlanQuestion, output: Plan },
  accuracy: { params: Nothing, query: Nothing, body: Nothing, output: Accuracy },
  createRun: { params: Nothing, query: Nothing, body: NewRun, output: Run },
  listRuns: {
    params: Nothing,
    query: z.strictObject({
      /** Runs that have ended too; without it only those that have not. */
      all: z.stringbool().optional(),
      /** Tasks of this array instead of whole runs. */
      array: z.string().optional(),
      limit: z.coerce.number().int().positive().max(100_000).optional(),
    }),
    body: Nothing,
    output: z.array(Run),
  },
  getRun: { params: ById, query: Nothing, body: Nothing, output: Run },
  waitRun: {
    params: ById,
    /** Answers when the run has ended, or with the run as it is after so many seconds. */
    query: z.strictObject({ seconds: z.coerce.number().positive().max(3600).optional() }),
    body: Nothing,
    output: Run,
  },
  cancelRun: {
    params: ById,
    query: Nothing,
    body: z.strictObject({ now: z.boolean().default(false) }),
    output: Run,
  },
  rerun: {
    params: ById,
    query: Nothing,
    body: z.strictObject({ level: Level.optional(), engine: EngineName.optional() }),
    output: Run,
  },
  buildImage: {
    params: Nothing,
    query: Nothing,
    body: z.strictObject({
      recipe: Recipe,
      name: z.string().optional(),
      origin: z.string().startsWith("/"),
      /** Asks a moving source again instead of using what was built from it. */
      refresh: z.boolean().default(false),
    }),
    output: Image,
  },
  listImages: { params: Nothing, query: Nothing, body: Nothing, output: z.array(Image) },
  getImage: { params: ByReference, query: Nothing, body: Nothing, output: Image },
  removeImage: { params: ByReference, query: Nothing, body: Nothing, output: Image },
  collectImages: {
    params: Nothing,
    query: Nothing,
    /** All images without a name, and not only those that no run has used for a week. */
    body: z.strictObject({ all: z.boolean().default(false) }),
    output: z.object({ removed: z.array(z.string()), bytes: z.number() }),
  },
  listOffers: {
    params: Nothing,
    query: OfferQuery,
    body: Nothing,
    output: z.object({
      offers: z.array(Offer),
      /** How many there are without the limit. */
      matching: z.number().int(),
      /** Sources that cannot be read; their offers are missing. */
      broken: z.array(OfferSource),
    }),
  },
  getOffer: { params: ById, query: Nothing, body: Nothing, output: Offer },
  checkCatalog: {
    params: Nothing,
    query: Nothing,
    body: Nothing,
    output: z.object({ findings: z.array(Finding), broken: z.array(OfferSource) }),
  },
  listOfferSources: {
    params: Nothing,
    query: Nothing,
    body: Nothing,
    output: z.array(OfferSource),
  },
  importOffers: { params: Nothing, query: Nothing, body: OfferImport, output: ImportedOffers },
  updateOffers: { params: Nothing, query: Nothing, body: CatalogUpdate, output: UpdatedOffers },
  removeOfferSource: {
    params: z.strictObject({ name: z.string().min(1).max(100) }),
    query: Nothing,
    body: Nothing,
    output: OfferSource,
  },
} as const satisfies Record<OperationName, Operation>;

interface Operation {
  params: z.ZodType;
  query: z.ZodType;
  body: z.ZodType;
  output: z.ZodType;
}

export type Operations = typeof operations;
