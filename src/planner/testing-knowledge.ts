import type { DataSet } from "./data/data-set.ts";
import { pricesFinder } from "./cost/data-prices.ts";
import { converter } from "./cost/currency.ts";
import { assumedPath, pathFinder } from "./data/paths.ts";
import { certain } from "./estimate-arithmetic.ts";
import type { RentedKnowledge } from "./rented-terms.ts";

/** Data of a certain size that is here, for tests and benchmarks. */
export function dataHere(name: string, bytes: number): DataSet {
  return { name, bytes: certain(bytes), evidence: [], place: "here", learn: "" };
}

/** A workload without image and data, in US dollars, for tests and benchmarks. */
export function someKnowledge(changes: Partial<RentedKnowledge> = {}): RentedKnowledge {
  return {
    image: undefined,
    inputs: [],
    output: dataHere("output", 0),
    findPath: pathFinder([assumedPath]),
    findPrices: pricesFinder([]),
    convert: converter("USD", []),
    currency: "USD",
    licenses: {},
    diskBytes: undefined,
    ...changes,
  };
}
