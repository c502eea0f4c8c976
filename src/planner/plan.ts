import type { Offer } from "../model/offer.ts";
import type { Candidate, Plan } from "../model/plan.ts";
import type { Workload } from "../model/workload.ts";
import type { Need } from "./need.ts";
import type { Place } from "./offer-rules.ts";
import { type Measures, type Scored, scoreOffers } from "./offer-scores.ts";
import { shapeName } from "./rented-runs.ts";
import { leading, order, type Scores, undominated, type Wish } from "./rank.ts";
import { placeId } from "./place-id.ts";
import type { Level } from "../model/level.ts";

export interface PlanRequest {
  readonly workload: Workload;
  readonly fingerprint: string;
  /** Candidates on this machine in their order, refused ones last. */
  readonly local: readonly Candidate[];
  readonly wish: Wish;
  /** ISO 4217. */
  readonly currency: string;
  /** Offers that are shown besides this machine. */
  readonly top: number;
  readonly rented?: RentedRequest;
  /** Names of candidates, or parts of them, that are to be told whether they are possible or not. */
  readonly about: readonly string[];
}

export interface RentedRequest {
  readonly need: Need;
  readonly offers: readonly Offer[];
  readonly levels: readonly Level[];
  readonly spot: boolean;
  readonly wanted: (offer: Offer) => boolean;
  readonly measures: Measures;
  /** The whole candidate with its terms; asked only for what is shown. `refusals` as the rules say. */
  readonly describe: (place: Place) => Candidate;
}

/** Candidates that a name may mean, at the most: more are a question that is too wide. */
const mostAbout = 20;

/** Ranks this machine and everything that can be rented for a workload. Pure: the same request gives the same plan. */
export function makePlan(request: PlanRequest): Plan {
  const { workload, fingerprint, local, wish, currency, rented } = request;
  const scored = rented && scoreOffers(rented);
  const shown = rented && scored ? shownOf(scored, rented, request) : [];
  const feasible = ranked([...local.filter(isFeasible), ...shown], wish);
  const here = local.length;
  return {
    workload: workload.name ?? "unnamed",
    fingerprint,
    objective: wish.objective,
    currency,
    candidates: [...feasible, ...local.filter((one) => !isFeasible(one))],
    about: request.about.flatMap((name) => aboutOf(name, request, scored)),
    considered: {
      offers: rented?.offers.length ?? 0,
      candidates: here + (scored?.count ?? 0),
      feasible: local.filter(isFeasible).length + (scored?.feasible.length ?? 0),
    },
    refused: rented && scored ? refusedCounts(scored, rented) : [],
    advice: advice(feasible, request),
  };
}

export function isFeasible({ refusals }: Candidate): boolean {
  return refusals.length === 0;
}

/** How many times more candidates are looked at than are shown: a shape is rented in some forty regions. */
const regions = 50;

/** The best of what can be rented: of one shape at one level only its best region. */
function shownOf(scored: Scored, rented: RentedRequest, { wish, top }: PlanRequest): Candidate[] {
  const { feasible, scores } = scored;
  for (let count = top * regions; ; count *= regions) {
    const places = new Map<string, Place>();
    for (const index of leading(feasible, { scores, wish, count })) {
      if (places.size >= top) break;
      const place = scored.placeOf(index);
      const key = `${shapeName(place.offer)}/${place.level}/${place.spot}`;
      if (!places.has(key)) places.set(key, place);
    }
    if (places.size >= top || count >= feasible.length)
      return Array.from(places.values(), (place) => rented.describe(place));
  }
}

/** By the wish; but those of this machine keep their own order, which knows more than one number of each. */
function ranked(candidates: readonly Candidate[], wish: Wish): Candidate[] {
  const scores = scoresOf(candidates);
  const all = Uint32Array.from(candidates.keys());
  const front = undominated(all, scores);
  const here = candidates.filter(({ runnable }) => runnable).values();
  return Array.from(order(all, scores, wish), (index) => {
    const at = candidates[index];
    const one = at?.runnable ? here.next().value : at;
    if (!one) throw new RangeError(`there is no candidate ${index}`);
    const place = candidates.indexOf(one);
    return { ...one, undominated: hasBoth(scores, place) ? front.has(place) : null };
  });
}

function hasBoth({ timed, price }: Scores, index: number): boolean {
  return timed[index] === 1 && !Number.isNaN(price[index]);
}

function scoresOf(candidates: readonly Candidate[]): Scores {
  return {
    seconds: Float64Array.from(candidates, (one) => one.atLeastSeconds),
    price: Float64Array.from(candidates, (one) => one.atLeastPrice ?? Number.NaN),
    hourly: Float64Array.from(candidates, (one) => one.hourlyPrice ?? Number.NaN),
    timed: Uint8Array.from(candidates, (one) => (one.time.run.estimate ? 1 : 0)),
  };
}

function refusedCounts(scored: Scored, { need }: RentedRequest): Plan["refused"] {
  return scored.refused
    .map(({ rule, count, first }) => {
      const place = scored.placeOf(first);
      return {
        code: rule.code,
        count,
        example: `${placeId(place)}: ${rule.sentence(need, place)}`,
      };
    })
    .toSorted((a, b) => b.count - a.count);
}

/** Every candidate whose name begins with, or holds, what was asked; refused ones with all their reasons. */
function aboutOf(
  name: string,
  { local, rented }: PlanRequest,
  scored: Scored | undefined,
): Candidate[] {
  const here = local.filter(({ id }) => id === name || id.includes(name));
  if (!rented || !scored) return here;
  const found: Candidate[] = [...here];
  const [offerName = name] = name.split(/\/(?=process|container|vm)/);
  for (const offer of rented.offers) {
    if (!offer.id.includes(offerName)) continue;
    for (const level of rented.levels) {
      const place = { offer, level, spot: name.endsWith("+spot") };
      if (!placeId(place).includes(name)) continue;
      found.push(rented.describe(place));
      if (found.length >= mostAbout) return found;
    }
  }
  return found;
}

function advice(feasible: readonly Candidate[], { wish }: PlanRequest): string[] {
  const unknown = feasible.filter(({ time }) => time.run.estimate === null);
  const here = unknown.filter(({ runnable }) => runnable).map(({ engine }) => engine);
  const lines: string[] = [];
  if (here.length > 0)
    lines.push(
      `run time on ${here.join(", ")} is unknown: no past run of this workload there; ` +
        "`aloft run FILE --engine NAME` makes one, `aloft trial FILE` several small ones, `aloft compare FILE` one on each level",
    );
  const elsewhere = unknown.find(({ runnable, time }) => !runnable && time.run.learn);
  if (elsewhere)
    lines.push(
      `run time on rented machines is unknown: ${elsewhere.time.run.learn}; until then they stand by the price of an hour`,
    );
  const missed = missedWish(feasible, wish);
  if (missed) lines.push(missed);
  return lines;
}

function missedWish([best]: readonly Candidate[], { deadline, budget }: Wish): string | undefined {
  if (!best?.time.run.estimate) return undefined;
  if (deadline !== undefined && best.atLeastSeconds > deadline)
    return "nothing is in time for the deadline; the fastest come first";
  if (budget !== undefined && (best.atLeastPrice ?? Number.POSITIVE_INFINITY) > budget)
    return "nothing is within the budget; the cheapest come first";
  return undefined;
}
