import type { Estimate, Term } from "../model/estimate.ts";
import type { Level } from "../model/level.ts";
import type { Offer } from "../model/offer.ts";
import type { Place } from "./offer-rules.ts";
import type { RatedMachine } from "./runtime/roofline.ts";
import type { RunPredictor } from "./runtime/predict-run.ts";

/** The run itself on rented machines: prepared once, asked for every offer. */
export interface RunTimes {
  /** Median seconds; `NaN` is unknown. Makes no text. */
  seconds(place: Place, machines: number): number;
  term(place: Place, machines: number): Term;
}

/** How a run uses a machine. */
export interface Use {
  /** Of one run, all its machines together. */
  readonly cpus: number;
  /** Of its input; 1 where it is not told. */
  readonly size: number;
  /** Tasks of an array; they run one after the other where a machine has no room for all. */
  readonly tasks: number;
}

/**
 * What a level costs on a rented machine, over what its rates were measured at: Felter, Ferreira, Rajamony and Rubio, ISPASS 2015, found containers within
 * 2 % of bare Linux in LINPACK and STREAM, and KVM, tuned or not, within 2 to 17 % in LINPACK. Rates of a rented virtual machine
 * have its own cost in them.
 */
const penalties: Record<Level, { readonly metal: Estimate; readonly virtual: Estimate }> = {
  process: {
    metal: { median: 1, low: 1, high: 1 },
    virtual: { median: 1, low: 1, high: 1 },
  },
  container: {
    metal: { median: 1, low: 0.99, high: 1.02 },
    virtual: { median: 1, low: 0.99, high: 1.02 },
  },
  vm: {
    metal: { median: 1.02, low: 1, high: 1.17 },
    virtual: { median: 1, low: 1, high: 1 },
  },
};

/** One name for a shape wherever it is rented: it is the same machine in every region. */
export function shapeName({ platform, shape }: Pick<Offer, "platform" | "shape">): string {
  return `${platform}/${shape}`;
}

/** A shape as a machine that runs are carried over to and from. */
export function ratedOffer(offer: Offer): RatedMachine {
  const { cpus, rates, architecture } = offer;
  return { name: shapeName(offer), cpus, rates, architecture };
}

/** Run times of a workload on what can be rented, by what its predictor has learnt. */
export function rentedRuns(predictor: RunPredictor, use: Use): RunTimes {
  const target = ({ offer, level }: Place, machines: number) => ({
    machine: ratedOffer(offer),
    engine: null,
    penalty: penaltyOf(offer, level),
    machines,
    cpus: Math.min(use.cpus / machines, offer.cpus),
    size: use.size,
  });

  /** The last answer without a level's cost: the levels of an offer are asked for one after the other. */
  let last: { readonly offer: Offer; readonly seconds: number } | undefined;

  function bare(offer: Offer, machines: number): number {
    if (last?.offer === offer) return last.seconds;
    const one = predictor.estimate(target({ offer, level: "process", spot: false }, machines));
    const seconds = one === null ? Number.NaN : one.median * waves(offer, use);
    last = { offer, seconds };
    return seconds;
  }

  return {
    seconds: ({ offer, level }, machines) => bare(offer, machines) * penaltyOf(offer, level).median,
    term(place, machines) {
      const term = predictor.explain(target(place, machines));
      const many = waves(place.offer, use);
      if (many === 1 || !term.estimate) return term;
      const { median, low, high } = term.estimate;
      return {
        ...term,
        estimate: { median: median * many, low: low * many, high: high * many },
        formula: `${many} waves of tasks × (${term.formula})`,
      };
    },
  };
}

function penaltyOf({ bareMetal }: Offer, level: Level): Estimate {
  return penalties[level][bareMetal ? "metal" : "virtual"];
}

/** How often a machine is filled with tasks of an array until all have run. */
function waves(offer: Offer, { tasks, cpus }: Use): number {
  return Math.ceil(tasks / Math.max(1, Math.floor(offer.cpus / cpus)));
}
