import type { Place } from "./offer-rules.ts";

/** Names a candidate on a rented machine: `aws/us-east-1/c7i.4xlarge/container`, with `+spot` where it may be interrupted. */
export function placeId({ offer, level, spot }: Place): string {
  return `${offer.id}/${level}${spot ? "+spot" : ""}`;
}
