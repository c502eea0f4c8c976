import { formatDuration } from "../../base/durations.ts";
import type { Evidence, Term } from "../../model/estimate.ts";
import type { RateName } from "../../model/offer.ts";
import { amdahlPrior, scalePrior, speedup } from "./axis-prior.ts";
import { figure } from "./curve-text.ts";
import { estimateLevel, fromLog, normalHalfWidth } from "./intervals.ts";
import { predictLinear } from "./linear-posterior.ts";
import { assumedScatter } from "./machine-effect.ts";
import {
  architectureDeviation,
  commonRates,
  type Limit,
  logRate,
  neededRates,
  type RatedMachine,
  roofline,
} from "./roofline.ts";

/** One known time, and where it is wanted. */
export interface TransferQuestion {
  readonly seconds: number;
  readonly from: RatedMachine;
  /** That it used there. */
  readonly fromCpus: number;
  readonly to: RatedMachine;
  readonly toCpus: number;
  readonly limit: Limit;
  /** `null`: not told. */
  readonly serialFraction: number | null;
}

/**
 * Run time on another machine from one timed run: t_B = t_A · Π (r_A / r_B)^β · speed-up(n_A) / speed-up(n_B), with r the rates of one cpu, since
 * serial work runs at that rate, and β as the limit says. The interval has in it how far β may be off, two
 * machines' scatter around their rates, and the speed-up's uncertainty; `null` where no rate that bears on the limit is known of both.
 */
export function transfer(question: TransferQuestion, level: number = estimateLevel): Term {
  const { seconds, from, to, limit } = question;
  const found = roofline(limit, commonRates([from, to]));
  if (found === null) return unknown(question);
  const moves = found.rates.map(
    ({ name }) => logRate(from, name, "cpus") - logRate(to, name, "cpus"),
  );
  const rates = predictLinear(found.prior, moves);
  const scaling = scalingOf(question);
  const foreign = from.architecture === to.architecture ? 0 : architectureDeviation;
  const variance = rates.variance + scaling.deviation ** 2 + assumedScatter ** 2 + foreign ** 2;
  const estimate = fromLog(
    Math.log(seconds) + rates.mean + scaling.log,
    normalHalfWidth(level) * Math.sqrt(variance),
  );
  const factors = found.rates.map(({ name }, k) => {
    const [here, there] = [rateOf(from, name), rateOf(to, name)];
    return `(${here} / ${there} ${name} of one cpu)^${figure(found.prior.mean[k] ?? 0)}`;
  });
  return {
    estimate,
    formula: `${formatDuration(seconds)} × ${[...factors, ...scaling.text].join(" × ")} = ${formatDuration(estimate.median)}`,
    evidence: [limitEvidence(limit, found.rates.length), ...scaling.evidence],
  };
}

function rateOf({ rates, cpus }: RatedMachine, name: RateName): string {
  return figure((rates[name] ?? Number.NaN) / cpus);
}

function scalingOf({ fromCpus, toCpus, serialFraction }: TransferQuestion): {
  log: number;
  deviation: number;
  text: string[];
  evidence: Evidence[];
} {
  if (fromCpus === toCpus) return { log: 0, deviation: 0, text: [], evidence: [] };
  if (serialFraction === null) {
    const ratio = Math.log(toCpus / fromCpus);
    return {
      log: scalePrior.exponent * ratio,
      deviation: Math.abs(scalePrior.deviation * ratio),
      text: [`(${toCpus} / ${fromCpus} cpus)^${scalePrior.exponent}`],
      evidence: [
        {
          kind: "assumed",
          text: "between no gain from more cpus and all of it: profile.serialFraction or aloft trial would tell",
        },
      ],
    };
  }
  const [here, there] = [speedup(fromCpus, serialFraction), speedup(toCpus, serialFraction)];
  const ratio = Math.log(there / here);
  return {
    log: amdahlPrior.exponent * ratio,
    deviation: Math.abs(amdahlPrior.deviation * ratio),
    text: [`speed-ups ${figure(here)} / ${figure(there)}`],
    evidence: [{ kind: "declared", text: `a serial part of ${figure(serialFraction)} (Amdahl)` }],
  };
}

function limitEvidence(limit: Limit, rates: number): Evidence {
  if (limit !== "unknown")
    return { kind: "declared", text: `its speed hangs on: ${limit} (profile.limit)` };
  return {
    kind: "assumed",
    text:
      rates > 1
        ? "what limits it is not told: the interval spans each of the rates (profile.limit would tell)"
        : "what limits it is not told: the interval spans this rate and no change (profile.limit would tell)",
  };
}

function unknown({ from, to, limit }: TransferQuestion): Term {
  const names = neededRates(limit).join(" or ");
  return {
    estimate: null,
    formula: `unknown: ${from.name} and ${to.name} have no rate in common that bears on it`,
    evidence: [],
    learn: `${names} of both machines`,
  };
}
