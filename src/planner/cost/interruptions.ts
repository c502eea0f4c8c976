import type { Estimate } from "../../model/estimate.ts";
import { normalScore } from "../normal.ts";

/*
 * Time on machines that can be taken away. Interruptions come as a Poisson process; after each the work goes on from its last checkpoint,
 * or from its start. With rate λ, restart time R and a stretch of x seconds that has to be got through in one piece, the expected
 * time is e^{λR} (e^{λx} − 1) / λ: J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps,
 * Future Generation Computer Systems 22 (2006) 303, the complete model. Its variance follows from the same renewal argument.
 */

export interface Interruptions {
  /** Of one machine, each hour. */
  readonly perHour: number;
  /** How many machines go on only together: all of a coupled run, 1 for tasks that do not need each other. */
  readonly together: number;
  /** `null`: it starts again from the beginning. */
  readonly checkpoint: { readonly everySeconds: number; readonly writeSeconds: number } | null;
  /** From losing a machine to computing again: a new machine, image, input, reading the checkpoint. */
  readonly restartSeconds: number;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Seconds that `work` seconds are expected to take with interruptions; infinite where they practically never end. */
export function expectedSeconds(work: number, interruptions: Interruptions): number {
  return luck(work, interruptions).mean;
}

/**
 * The time that `work` takes with interruptions: both what is not known of the work and the luck with interruptions are in it. `null`
 * where it practically never ends; checkpoints would help.
 */
export function interruptedTime(work: Estimate, interruptions: Interruptions): Estimate | null {
  const middle = luck(work.median, interruptions);
  const median = quantile(middle, 0.5);
  if (median === 0) return { low: 0, median: 0, high: work.high };
  const less = quantile(luck(work.low, interruptions), 0.5);
  const more = quantile(luck(work.high, interruptions), 0.5);
  const down = Math.hypot(Math.log(median / less), Math.log(median / quantile(middle, 0.1)));
  const up = Math.hypot(Math.log(more / median), Math.log(quantile(middle, 0.9) / median));
  const high = median * Math.exp(up);
  return Number.isFinite(high) ? { low: median * Math.exp(-down), median, high } : null;
}

/**
 * The best time between checkpoints: √(2 × write time × mean time between interruptions). J. W. Young, A first order approximation
 * to the optimum checkpoint interval, Communications of the ACM 17 (1974) 530. Good while writing takes much less than that mean time.
 */
export function bestCheckpointSeconds(writeSeconds: number, interruptions: Interruptions): number {
  return Math.sqrt((2 * writeSeconds) / perSecond(interruptions));
}

function perSecond({ perHour, together }: Interruptions): number {
  return (perHour * together) / 3600;
}

interface Luck extends Moments {
  /** Without any interruption, checkpoints included. */
  readonly least: number;
  /** The probability of none. */
  readonly none: number;
}

function luck(work: number, interruptions: Interruptions): Luck {
  const rate = perSecond(interruptions);
  const { checkpoint, restartSeconds } = interruptions;
  const every = checkpoint?.everySeconds ?? work;
  // The last stretch ends with the work and writes no checkpoint.
  const before = work > every ? Math.ceil(work / every) - 1 : 0;
  const stretch = every + (checkpoint?.writeSeconds ?? 0);
  const last = work - before * every;
  const least = before * stretch + last;
  if (rate === 0) return { least, none: 1, mean: least, variance: 0 };
  const one = before === 0 ? { mean: 0, variance: 0 } : through(stretch, rate, restartSeconds);
  const end = through(last, rate, restartSeconds);
  return {
    least,
    none: Math.exp(-rate * least),
    mean: before * one.mean + end.mean,
    variance: before * one.variance + end.variance,
  };
}

/** The time to get through `x` seconds in one piece. */
function through(x: number, rate: number, restart: number): Moments {
  const mean = (Math.exp(rate * restart) * Math.expm1(rate * x)) / rate;
  const stays = Math.exp(-rate * x);
  const fails = -Math.expm1(-rate * x);
  // After a failure restart and x have to be got through together, again and again.
  const whole = restart + x;
  const again = Math.expm1(rate * whole) / rate;
  const e = Math.exp(rate * whole);
  const againSquared = again ** 2 + (e * e - 2 * rate * whole * e - 1) / rate ** 2;
  // ∫ t λe^{−λt} dt and ∫ t² λe^{−λt} dt from 0 to x: the attempt that fails.
  const lost = fails / rate - x * stays;
  const lostSquared = (2 * lost) / rate - x * x * stays;
  const squared = x * x * stays + lostSquared + 2 * lost * again + fails * againSquared;
  return { mean, variance: Math.max(0, squared - mean ** 2) };
}

/** The extra time, where there is any, is taken as log-normal with its own mean and variance. */
function quantile({ least, none, mean, variance }: Luck, part: number): number {
  if (part <= none || mean <= least) return least;
  const some = 1 - none;
  const extra = (mean - least) / some;
  const squared = (variance + (mean - least) ** 2) / some;
  const spread = Math.log(Math.max(1, squared / extra ** 2));
  const score = normalScore((part - none) / some);
  return least + extra * Math.exp(score * Math.sqrt(spread) - spread / 2);
}
