import type { Level } from "../model/level.ts";
import type { Offer } from "../model/offer.ts";
import { machinesFor, type Need } from "./need.ts";
import { type OfferRule, offerRules, type Place } from "./offer-rules.ts";
import type { Scores } from "./rank.ts";

/** What is known of a workload on rented machines: numbers only, for it is asked for every offer. `NaN` is unknown. */
export interface Measures {
  /** Median seconds of the run itself. */
  run(place: Place, machines: number): number;
  /** Median seconds of what is known of everything before and after the run. */
  around(place: Place, machines: number): number;
  /** Median price of `seconds` on `machines` of it, with data and licences. */
  price(place: Place, machines: number, seconds: number): number;
  /** Price of an hour on them. */
  hourly(place: Place, machines: number): number;
}

export interface ScoreRequest {
  readonly need: Need;
  readonly offers: readonly Offer[];
  readonly levels: readonly Level[];
  /** Both kinds of price, or only on-demand. */
  readonly spot: boolean;
  readonly measures: Measures;
  /** Offers that the user wants to see. */
  readonly wanted: (offer: Offer) => boolean;
}

/** Every candidate by a number: `placeOf` tells which place it is. */
export interface Scored {
  readonly count: number;
  readonly scores: Scores;
  /** Those that no rule refuses. */
  readonly feasible: Uint32Array;
  /** For each rule: how many it refuses, and the first of them. */
  readonly refused: readonly {
    readonly rule: OfferRule;
    readonly count: number;
    readonly first: number;
  }[];
  placeOf(index: number): Place;
}

/**
 * Looks at every offer at every level once. No text and no object is made for a candidate, since tens of thousands are looked at for
 * each plan and ten are shown.
 */
export function scoreOffers(request: ScoreRequest): Scored {
  const { need, offers, levels, spot, measures, wanted } = request;
  const kinds = spot ? [false, true] : [false];
  const slots = levels.flatMap((level) => kinds.map((isSpot) => ({ level, spot: isSpot })));
  const count = offers.length * slots.length;
  const scores: Scores = {
    seconds: new Float64Array(count),
    price: new Float64Array(count),
    hourly: new Float64Array(count),
    timed: new Uint8Array(count),
  };
  const counts = new Uint32Array(offerRules.length);
  const firsts = new Uint32Array(offerRules.length);
  const feasible = new Uint32Array(count);
  let [found, index] = [0, -1];
  for (const offer of offers) {
    const seen = wanted(offer);
    const machines = machinesFor(need, offer.cpus);
    for (const slot of slots) {
      index += 1;
      if (!seen) continue;
      const place: Place = { offer, level: slot.level, spot: slot.spot };
      if (isRefused(need, place, index, counts, firsts)) continue;
      feasible[found] = index;
      found += 1;
      score(scores, index, { place, machines, measures });
    }
  }
  return {
    count,
    scores,
    feasible: feasible.slice(0, found),
    refused: offerRules.flatMap((rule, at) => {
      const [many, first] = [counts[at] ?? 0, firsts[at] ?? 0];
      return many > 0 ? [{ rule, count: many, first }] : [];
    }),
    placeOf(at) {
      const offer = offers[Math.floor(at / slots.length)];
      const slot = slots[at % slots.length];
      if (!offer || !slot) throw new RangeError(`there is no candidate ${at}`);
      return { offer, ...slot };
    },
  };
}

function isRefused(
  need: Need,
  place: Place,
  index: number,
  counts: Uint32Array,
  firsts: Uint32Array,
): boolean {
  let refused = false;
  for (let at = 0; at < offerRules.length; at += 1) {
    if (!offerRules[at]?.refuses(need, place)) continue;
    if (counts[at] === 0) firsts[at] = index;
    counts[at] = (counts[at] ?? 0) + 1;
    refused = true;
  }
  return refused;
}

interface Scoring {
  readonly place: Place;
  readonly machines: number;
  readonly measures: Measures;
}

function score(scores: Scores, index: number, { place, machines, measures }: Scoring): void {
  const run = measures.run(place, machines);
  const timed = !Number.isNaN(run);
  scores.timed[index] = timed ? 1 : 0;
  scores.seconds[index] = run + measures.around(place, machines);
  scores.price[index] = measures.price(place, machines, run);
  scores.hourly[index] = measures.hourly(place, machines);
}
