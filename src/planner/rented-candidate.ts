import type { Offer } from "../model/offer.ts";
import type { Candidate, Refusal } from "../model/plan.ts";
import { billedSeconds, type MachineRate } from "./cost/compute-price.ts";
import { machinesFor, type Need } from "./need.ts";
import { offerRules, type Place } from "./offer-rules.ts";
import type { Measures } from "./offer-scores.ts";
import { placeId } from "./place-id.ts";
import {
  priceAround,
  rateOf,
  rentedCost,
  type RentedKnowledge,
  rentedTime,
  secondsAround,
} from "./rented-terms.ts";
import type { RunTimes } from "./rented-runs.ts";
import { totals } from "./totals.ts";
import { counted } from "./words.ts";

export interface Describing {
  readonly need: Need;
  readonly runs: RunTimes;
  readonly known: RentedKnowledge;
  /** Today, as ISO date: old prices are told as such. */
  readonly date: string;
}

/** A price older than this may be another one by now, in days. */
const staleDays = 180;

/** Numbers only, for ranking tens of thousands. What surrounds a run is the same for all places of a region, and is computed once for each. */
export function rentedMeasures(runs: RunTimes, known: RentedKnowledge): Measures {
  const regions = new Map<string, Around>();
  /** The last one: the levels of an offer, which have one price, are asked for one after the other. */
  let last: Known | undefined;

  function aroundOf(place: Place): Around {
    const { platform, region } = place.offer;
    const key = `${platform}/${region}`;
    const found = regions.get(key);
    if (found) return found;
    const made = { seconds: secondsAround(place, known), price: priceAround(place, known) };
    regions.set(key, made);
    return made;
  }

  function knownAt(place: Place, machines: number): Known {
    const { offer, spot } = place;
    if (last?.offer === offer && last.spot === spot) return last;
    const rate = rateOf(place, machines, known) ?? unpriced;
    last = { offer, spot, rate, around: aroundOf(place) };
    return last;
  }

  return {
    run: (place, machines) => runs.seconds(place, machines),
    around: (place, machines) => knownAt(place, machines).around.seconds,
    hourly: (place, machines) => knownAt(place, machines).rate.perHour,
    price(place, machines, seconds) {
      const { rate, around } = knownAt(place, machines);
      return (billedSeconds(seconds, rate) * rate.perHour) / 3600 + around.price;
    },
  };
}

/** Medians of what surrounds a run. */
interface Around {
  readonly seconds: number;
  readonly price: number;
}

interface Known {
  readonly offer: Offer;
  readonly spot: boolean;
  readonly rate: MachineRate;
  readonly around: Around;
}

const unpriced: MachineRate = { perHour: Number.NaN, granularitySeconds: 1, minimumSeconds: 0 };

/** The whole candidate, refused or not, with every term explained. */
export function describeRented(place: Place, { need, runs, known, date }: Describing): Candidate {
  const { offer, level, spot } = place;
  const machines = machinesFor(need, offer.cpus);
  const run = runs.term(place, machines);
  const time = { ...rentedTime(place, known), run };
  const cost = rentedCost(place, machines, { run, known });
  const rate = rateOf(place, machines, known);
  return {
    id: placeId(place),
    platform: offer.platform,
    region: offer.region,
    shape: offer.shape,
    ...{ level, spot, machines, time, cost },
    engine: null,
    cpus: offer.cpus * machines,
    runnable: false,
    predicted: null,
    ...totals(time, cost),
    hourlyPrice: rate?.perHour ?? null,
    undominated: null,
    reasons: reasons(place),
    warnings: warnings(place, machines, need, date),
    refusals: offerRules.flatMap((rule): Refusal[] =>
      rule.refuses(need, place)
        ? [
            {
              code: rule.code,
              message: rule.sentence(need, place),
              ...(rule.remedy === undefined ? {} : { remedy: rule.remedy }),
            },
          ]
        : [],
    ),
  };
}

function reasons({ offer, spot }: Place): string[] {
  const gpus = offer.accelerators;
  return [
    `${counted(offer.cpus, "cpu")}${gpus ? `, ${gpus.count} × ${gpus.name}` : ""}`,
    ...(spot ? ["may be taken away at any time"] : []),
  ];
}

function warnings(place: Place, machines: number, need: Need, date: string): Refusal[] {
  const { offer, spot } = place;
  const found: Refusal[] = [];
  if (need.tightlyCoupled && machines > 1 && !offer.rdma)
    found.push({
      code: "no-rdma",
      message: `tightly coupled over ${machines} machines without RDMA: its messages wait for the network; how long is not known`,
      remedy: "take one larger machine, or one with InfiniBand or EFA",
    });
  if (spot)
    found.push({ code: "interruption", message: "write checkpoints", remedy: "take it on demand" });
  const age = (Date.parse(date) - Date.parse(offer.date)) / 86_400_000;
  if (age > staleDays)
    found.push({
      code: "stale-price",
      message: `its price is of ${offer.date}`,
      remedy: "`aloft catalog update`",
    });
  return found;
}
