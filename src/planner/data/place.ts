import type { Place } from "../../model/network-path.ts";

/** `aws` of `aws/us-east-1`; `here` of `here`. */
export function platformOf(place: Place): string {
  const end = place.indexOf("/");
  return end < 0 ? place : place.slice(0, end);
}

/** The patterns that hold a place, the narrowest first: `aws/us-east-1`, `aws`, `*`. */
export function patternsOf(place: Place): string[] {
  const platform = platformOf(place);
  return platform === place ? [place, "*"] : [place, platform, "*"];
}

/** Whether a pattern holds a place. */
export function holds(pattern: string, place: Place): boolean {
  return patternsOf(place).includes(pattern);
}
