import type { CommonRate, RatedMachine, Roofline } from "./roofline.ts";
import { architectureDeviation, logRate } from "./roofline.ts";
import { type Coefficients, learn, predictLinear } from "./linear-posterior.ts";
import { huberWeights, madToDeviation } from "./robust-nnls.ts";
import { mean, middle } from "./scaling-point.ts";

/** How a machine's runs lie beside the common curve. */
export interface MachineRuns {
  readonly machine: RatedMachine;
  /** log(true / curve), one for each run. */
  readonly logs: readonly number[];
  /** Mean over its runs of the part of the time that is not shared. */
  readonly fixedShare: number;
}

/** The factor of one machine on the curve, on the log scale. */
export interface Effect {
  log: number;
  variance: number;
}

export interface MachineEffects {
  readonly rates: readonly CommonRate[];
  /** Of the architectures, then of the rates. */
  readonly exponents: Coefficients;
  readonly architectures: readonly string[];
  /** Logarithms of the rates where the curve lies. */
  readonly centre: readonly number[];
  readonly known: ReadonlyMap<string, number>;
  /** Those with so many runs that theirs is no accident of one. */
  readonly settled: ReadonlySet<string>;
  /** Standard deviation of a machine from what its rates say, on the log scale. */
  readonly scatter: number;
  readonly over: "cpus" | "machines";
}

/**
 * Two machines of the same rates differ by this much, where too few are known to see it: assumed. Of EC2's types, ffmpeg's time scatters by 0.11
 * around what CoreMark says (`npm run bench:predict`).
 */
export const assumedScatter = 0.1;
/** From so many machines on their own scatter is believed. */
const enoughMachines = 8;
const leastScatter = 0.01;
/** Repeated runs of one place scatter by this much where one run is all there is: assumed. */
export const assumedNoise = 0.05;

const settledRuns = 3;

export interface EffectQuestion {
  readonly runs: readonly MachineRuns[];
  readonly roofline: Roofline;
  readonly over: "cpus" | "machines";
}

/** Learns from runs on several machines how their rates bear on this program's time. */
export function machineEffects({ runs, roofline, over }: EffectQuestion): MachineEffects {
  const { rates } = roofline;
  const logs = runs.map(({ machine }) => rates.map(({ name }) => logRate(machine, name, over)));
  const centre = rates.map((_, k) => mean(logs.map((row) => row[k] ?? 0)));
  const architectures = [...new Set(runs.map(({ machine }) => machine.architecture))];
  const prior = withArchitectures(roofline.prior, architectures.length);
  const rows = runs.map(({ fixedShare, logs: own }, i) => ({
    x: [
      ...levels(architectures, runs[i]?.machine.architecture ?? ""),
      ...(logs[i] ?? []).map((log, k) =>
        damped(log - (centre[k] ?? 0), over === "machines" ? fixedShare : 0),
      ),
    ],
    y: mean(own),
    noise: noiseOf(own),
  }));
  const { exponents, scatter } =
    runs.length < enoughMachines
      ? { exponents: learnt(rows, prior, assumedScatter), scatter: assumedScatter }
      : robustly(rows, prior);
  const known = rows.map(({ x, y, noise }, i) => {
    const expected = predictLinear(exponents, x).mean;
    const off = y - expected;
    // Drawn towards what its rates say as far as noise explains it, and no further (James and Stein's positive part).
    const own = Math.max(scatter ** 2, off ** 2 - noise);
    return [runs[i]?.machine.name ?? "", (own / (own + noise)) * off] as const;
  });
  const settled = runs.filter(({ logs: own }) => own.length >= settledRuns);
  return {
    ...{ rates, exponents, architectures, centre, scatter, over },
    known: new Map(known),
    settled: new Set(settled.map(({ machine }) => machine.name)),
  };
}

interface Row {
  readonly x: readonly number[];
  readonly y: number;
  readonly noise: number;
}

function learnt(
  rows: readonly Row[],
  prior: Coefficients,
  scatter: number,
  weights?: readonly number[],
): Coefficients {
  return learn(
    prior,
    rows.map(({ x, y, noise }, i) => ({
      x,
      y,
      variance: (scatter ** 2 + noise) / (weights?.[i] ?? 1),
    })),
  );
}

const robustRounds = 4;

/** With Huber's weights again and again: of many machine types some are strange (an accelerator does the work there), and shall not bend the others. */
function robustly(
  rows: readonly Row[],
  prior: Coefficients,
): { exponents: Coefficients; scatter: number } {
  let exponents = learnt(rows, prior, assumedScatter);
  let scatter = assumedScatter;
  for (let round = 0; round < robustRounds; round += 1) {
    const off = rows.map(({ x, y }) => y - predictLinear(exponents, x).mean);
    scatter = Math.max(leastScatter, madToDeviation * middle(off.map(Math.abs)));
    exponents = learnt(rows, prior, scatter, huberWeights(off));
  }
  return { exponents, scatter };
}

/** Variance of the mean of a machine's runs. */
function noiseOf(logs: readonly number[]): number {
  if (logs.length < 2) return assumedNoise ** 2;
  const centre = mean(logs);
  const variance = logs.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (logs.length - 1);
  return variance / logs.length;
}

/** Each architecture has a level of its own; the curve takes what they have in common. */
function withArchitectures({ mean, covariance }: Coefficients, count: number): Coefficients {
  const none = Array.from({ length: count }, () => 0);
  const own = none.map((_, i) => none.map((__, j) => (i === j ? architectureDeviation ** 2 : 0)));
  const common = own.map((row) => row.map((value) => value + 1));
  return {
    mean: [...none, ...mean],
    covariance: [
      ...common.map((row) => [...row, ...mean.map(() => 0)]),
      ...covariance.map((row) => [...none, ...row]),
    ],
  };
}

/**
 * The time falls as rates rise. Of the part that more machines do not shorten it is not known whether faster ones do (a waiting time:
 * no; serial work: yes): half of it is taken to.
 */
function damped(log: number, fixedShare: number): number {
  return -log * (1 - fixedShare / 2);
}

/** Of a machine that may have run it or not; `null` where its rates are needed and not known. Asked thousands of times a plan. */
export function effectOf(
  effects: MachineEffects,
  machine: RatedMachine,
  fixedShare: number,
): Effect | null {
  const { rates, exponents, architectures, centre, known, scatter, over } = effects;
  const share = over === "machines" ? fixedShare : 0;
  const x = levels(architectures, machine.architecture);
  let change = 0;
  for (let k = 0; k < rates.length; k += 1) {
    const name = rates[k]?.name;
    const log = name === undefined ? 0 : logRate(machine, name, over) - (centre[k] ?? 0);
    if (Number.isNaN(log)) return null;
    change += log * (exponents.mean[x.length] ?? 0);
    x.push(damped(log, share));
  }
  const { mean: log, variance } = predictLinear(exponents, x);
  const own = known.get(machine.name);
  if (own !== undefined) return { log: log + own, variance: 0 };
  // Uniform between "all of the unshared part does" and "none": a twelfth of the square of the width.
  const unsure = (share * change) ** 2 / 12;
  const foreign = architectures.includes(machine.architecture) ? 0 : architectureDeviation ** 2;
  return { log, variance: variance + scatter ** 2 + unsure + foreign };
}

/** Of an architecture that has not run it, the mean of those that have. */
function levels(architectures: readonly string[], architecture: string): number[] {
  const seen = architectures.includes(architecture);
  return architectures.map((one) =>
    seen ? Number(one === architecture) : 1 / architectures.length,
  );
}

/** The same effects on a curve that is higher by `level`, on the log scale. */
export function lowered(effects: MachineEffects, level: number): MachineEffects {
  const { exponents, architectures } = effects;
  const mean = exponents.mean.map((one, k) => (k < architectures.length ? one - level : one));
  return { ...effects, exponents: { ...exponents, mean } };
}
