import type { Place } from "../../model/network-path.ts";
import type { DataPrices } from "../../model/prices.ts";
import { patternsOf, platformOf } from "../data/place.ts";

/** What a place charges for data, or `null` where nothing is known. */
export type FindPrices = (place: Place) => DataPrices | null;

/** The row of a region, else that of all regions of its platform (`*`). */
export function pricesFinder(rows: readonly DataPrices[]): FindPrices {
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  return (place) => {
    for (const pattern of patternsOf(place)) {
      const found = known.get(pattern);
      if (found !== undefined) return found;
    }
    return null;
  };
}

function keyOf({ platform, region }: DataPrices): string {
  return region === "*" ? platform : `${platform}/${region}`;
}

/** Whether a provider sells the traffic of a place: nobody does for the user's own network or the internet itself. */
export function isMetered(place: Place): boolean {
  const platform = platformOf(place);
  return platform !== "here" && platform !== "internet";
}
