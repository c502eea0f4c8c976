import type { Estimate, Evidence } from "../../model/estimate.ts";
import type { Place } from "../../model/network-path.ts";

/** Data that a run needs or makes. */
export interface DataSet {
  /** For the explanation: `inputs`, `profile.input`, `outputs`. */
  readonly name: string;
  /** `null`: unknown. */
  readonly bytes: Estimate | null;
  /** What its size rests on. */
  readonly evidence: readonly Evidence[];
  /** Where it is, or has to go; `null`: unknown. */
  readonly place: Place | null;
  /** What would make an unknown size or place known. */
  readonly learn: string;
}
