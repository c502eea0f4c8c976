import type { CommonRate, RatedMachine, Roofline } from "./roofline.ts";
import { logRate } from "./roofline.ts";
import { type Coefficients, learn, predictLinear } from "./linear-posterior.ts";
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
  readonly exponents: Coefficients;
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
 * Two machines of the same rates differ by this much, where too few are known to see it: assumed. Of EC2's types, ffmpeg's time scatters by 0.10
 * around what CoreMark says (`npm run bench:predict`).
 */
export const assumedScatter = 0.1;
/** From so many machines on their own scatter is believed. */
const enoughMachines = 8;
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
  const { rates, prior } = roofline;
  const logs = runs.map(({ machine }) => rates.map(({ name }) => logRate(machine, name, over)));
  const centre = rates.map((_, k) => mean(logs.map((row) => row[k] ?? 0)));
  const rows = runs.map(({ fixedShare, logs: own }, i) => ({
    x: [1, ...damped(logs[i] ?? [], centre, over === "machines" ? fixedShare : 0)],
    y: mean(own),
    noise: noiseOf(own),
  }));
  const learnt = (scatter: number): Coefficients =>
    learn(
      withIntercept(prior),
      rows.map(({ x, y, noise }) => ({ x, y, variance: scatter ** 2 + noise })),
    );
  let scatter = assumedScatter;
  let exponents = learnt(scatter);
  if (runs.length >= enoughMachines) {
    // The standard deviation of a normal distribution from its median absolute deviation.
    const seen = middle(rows.map(({ x, y }) => Math.abs(y - predictLinear(exponents, x).mean)));
    scatter = Math.max(0.01, 1.4826 * seen);
    exponents = learnt(scatter);
  }
  const known = rows.map(({ x, y, noise }, i) => {
    const expected = predictLinear(exponents, x).mean;
    const off = y - expected;
    // Drawn towards what its rates say as far as noise explains it, and no further (James and Stein's positive part).
    const own = Math.max(scatter ** 2, off ** 2 - noise);
    return [runs[i]?.machine.name ?? "", (own / (own + noise)) * off] as const;
  });
  const settled = runs.filter(({ logs: own }) => own.length >= settledRuns);
  return {
    ...{ rates, exponents, centre, scatter, over },
    known: new Map(known),
    settled: new Set(settled.map(({ machine }) => machine.name)),
  };
}

/** Variance of the mean of a machine's runs. */
function noiseOf(logs: readonly number[]): number {
  if (logs.length < 2) return assumedNoise ** 2;
  const centre = mean(logs);
  const variance = logs.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (logs.length - 1);
  return variance / logs.length;
}

/** The curve takes most of the intercept: what is left is small. */
function withIntercept({ mean, covariance }: Coefficients): Coefficients {
  return {
    mean: [0, ...mean],
    covariance: [[1, ...mean.map(() => 0)], ...covariance.map((row) => [0, ...row])],
  };
}

/**
 * The time falls as rates rise. Of the part that more machines do not shorten it is not known whether faster ones do (a waiting time:
 * no; serial work: yes): half of it is taken to.
 */
function damped(
  logs: readonly number[],
  centre: readonly number[],
  fixedShare: number,
): readonly number[] {
  return logs.map((log, k) => -(log - (centre[k] ?? 0)) * (1 - fixedShare / 2));
}

/** Of a machine that may have run it or not; `null` where its rates are needed and not known. */
export function effectOf(
  effects: MachineEffects,
  machine: RatedMachine,
  fixedShare: number,
): Effect | null {
  const { rates, exponents, centre, known, scatter, over } = effects;
  const logs = rates.map(({ name }) => logRate(machine, name, over));
  if (logs.some(Number.isNaN)) return null;
  const x = damped(logs, centre, over === "machines" ? fixedShare : 0);
  const { mean: log, variance } = predictLinear(exponents, [1, ...x]);
  const own = known.get(machine.name);
  if (own !== undefined) return { log: log + own, variance: 0 };
  // Uniform between "all of the unshared part does" and "none": a twelfth of the square of the width.
  const whole = logs.map((one, k) => one - (centre[k] ?? 0));
  const change = whole.reduce((sum, one, k) => sum + one * (exponents.mean[k + 1] ?? 0), 0);
  const unsure = over === "machines" ? (fixedShare * change) ** 2 / 12 : 0;
  return { log, variance: variance + scatter ** 2 + unsure };
}
