import type { Term } from "../model/estimate.ts";
import type { EngineName, Level } from "../model/level.ts";
import type { Offer } from "../model/offer.ts";
import type { NetworkPath } from "../model/network-path.ts";
import type { DataPrices } from "../model/prices.ts";
import type { Workload } from "../model/workload.ts";
import { converter } from "../planner/cost/currency.ts";
import { pricesFinder } from "../planner/cost/data-prices.ts";
import type { DataSet } from "../planner/data/data-set.ts";
import { type ImageNeed, noConversion } from "../planner/data/image-term.ts";
import { assumedPath, pathFinder } from "../planner/data/paths.ts";
import { certain } from "../planner/estimate-arithmetic.ts";
import { needOf } from "../planner/need.ts";
import { describeRented, rentedMeasures } from "../planner/rented-candidate.ts";
import type { RentedRequest } from "../planner/plan.ts";
import type { RentedKnowledge } from "../planner/rented-terms.ts";
import { rentedRuns } from "../planner/rented-runs.ts";
import { prepareRunPrediction } from "../planner/runtime/predict-run.ts";
import { type EvidenceParts, here, ratedHere, runEvidence, sizeOf } from "./run-evidence.ts";
import type { PlanQuestion, RentedFacts } from "./planning.ts";

/** What can be rented, and for how much. */
export interface OfferSource {
  offers(): Promise<readonly Offer[]>;
  dataPrices(): Promise<readonly DataPrices[]>;
}

/** The name of this machine in `only` and `exclude`. */
export const platformHere = "local";
/** ISO 4217, of every price in a plan. */
export const currency = "USD";
const bare = { median: 1, low: 1, high: 1 };
const levels: readonly Level[] = ["process", "container", "vm"];

/** What the planner has to know to put rented machines beside this one. */
export interface Elsewhere {
  readonly rented: RentedRequest;
  /** Run time on this machine from runs of other scales and from what the user has timed here; asked where no past run is of this very scale. */
  readonly localRun: (engine: EngineName) => Term;
}

export function createElsewhere(parts: EvidenceParts & { readonly offers: OfferSource }) {
  return async (question: PlanQuestion, facts: RentedFacts): Promise<Elsewhere> => {
    const { workload, only, exclude, spot } = question;
    const [offers, dataPrices] = await Promise.all([
      parts.offers.offers(),
      parts.offers.dataPrices(),
    ]);
    const need = needOf(workload, facts.imageArchitecture);
    const predictor = prepareRunPrediction(await runEvidence(workload, offers, parts));
    const use = { cpus: need.cpus, size: sizeOf(workload), tasks: need.tasks };
    const runs = rentedRuns(predictor, use);
    const known = knowledge(question, facts, dataPrices);
    const wanted = only.filter((name) => name !== platformHere);
    return {
      rented: {
        ...{ need, offers, levels, spot },
        wanted: ({ id }) => matches(id, wanted, only.length === 0) && !matches(id, exclude, false),
        measures: rentedMeasures(runs, known),
        describe: (place) => describeRented(place, { need, runs, known, date: facts.date }),
      },
      localRun: (engine) =>
        predictor.explain({
          ...{ machine: ratedHere(parts.machine), engine, penalty: bare, machines: 1 },
          ...{ cpus: need.cpus, size: use.size },
        }),
    };
  };
}

function matches(id: string, beginnings: readonly string[], whenNone: boolean): boolean {
  return beginnings.length === 0 ? whenNone : beginnings.some((start) => id.startsWith(start));
}

function knowledge(
  { workload, uplink }: PlanQuestion,
  facts: RentedFacts,
  dataPrices: readonly DataPrices[],
): RentedKnowledge {
  const { resources, profile = {}, licenses = {} } = workload;
  return {
    image: workload.image && imageNeed(facts.imageBytes),
    inputs: inputsOf(workload, facts),
    output: outputOf(workload, facts),
    findPath: pathFinder([assumedPath, ...uplinkPaths(uplink)]),
    findPrices: pricesFinder(dataPrices),
    convert: converter(currency, []),
    currency,
    licenses,
    diskBytes: resources.disk ?? profile.scratch,
  };
}

/** One squashfs file serves every level: there is nothing to convert where it arrives. */
function imageNeed(bytes: number | null): ImageNeed {
  return {
    bytes: bytes === null ? null : certain(bytes),
    evidence: bytes === null ? [] : [{ kind: "measured", text: "the image as it is here" }],
    from: here,
    cached: false,
    ...noConversion,
  };
}

/** The rate that the user declares, both ways. */
function uplinkPaths(bitsPerSecond: number | undefined): NetworkPath[] {
  if (bitsPerSecond === undefined) return [];
  const declared = {
    bitsPerSecond: certain(bitsPerSecond),
    latencySeconds: 0,
    evidence: { kind: "declared", text: "the rate of --uplink" },
  } as const;
  return [
    { from: here, to: "*", ...declared },
    { from: "*", to: here, ...declared },
  ];
}

/** Files beside the workload are here; what `profile.input` tells is where it says. */
function inputsOf({ inputs, profile }: Workload, { inputBytes }: RentedFacts): DataSet[] {
  const beside: DataSet = {
    name: "inputs",
    bytes: inputBytes === null ? null : certain(inputBytes),
    evidence: [{ kind: "measured", text: "the files beside the workload" }],
    place: here,
    learn: "an input is missing here: `aloft run` names it",
  };
  const other = profile?.input;
  return [...(inputs.length > 0 ? [beside] : []), ...(other ? [declaredSet("input", other)] : [])];
}

function outputOf({ profile }: Workload, { outputBytes }: RentedFacts): DataSet {
  const told = declaredSet("output", profile?.output ?? {});
  if (told.bytes !== null || outputBytes === null) return told;
  return { ...told, bytes: certain(outputBytes) };
}

function declaredSet(
  field: "input" | "output",
  { bytes, at }: NonNullable<NonNullable<Workload["profile"]>["input"]>,
): DataSet {
  return {
    name: field,
    bytes: bytes === undefined ? null : certain(bytes),
    evidence: bytes === undefined ? [] : [{ kind: "declared", text: `profile.${field}` }],
    place: at ?? here,
    learn: `say how much it is with \`profile.${field}.bytes\``,
  };
}
