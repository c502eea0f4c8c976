import type { Estimate } from "../model/estimate.ts";

/** `12m 00s (8m 00s to 20m 00s)`, or only the value of what is certain. */
export function written({ low, median, high }: Estimate, write: (value: number) => string): string {
  const [from, middle, to] = [write(low), write(median), write(high)];
  return from === to ? middle : `${middle} (${from} to ${to})`;
}
