import { formatBytes } from "../base/bytes.ts";
import type { CostTerm, Estimate, Evidence, Term, TimeTerm } from "../model/estimate.ts";
import { bareEngines, type EngineName } from "../model/level.ts";
import { summariseHistory } from "./runtime/history.ts";
import { estimateLevel } from "./runtime/intervals.ts";
import { counted } from "./words.ts";

/** What is known of a workload on this machine besides its rules. `null` is unknown. */
export interface LocalFacts {
  /** Seconds until what it asks for is free. */
  readonly queue: Term;
  /** Seconds from submission to the first instruction that past runs of an engine took, of any workload. */
  readonly starts: (engine: string) => readonly number[];
  /** `undefined`: the workload has none. */
  readonly image: { readonly present: boolean; readonly buildSeconds: number | null } | undefined;
  /** Of its inputs; 0 without any. */
  readonly inputBytes: number | null;
}

/** Bytes a second that a copy within one machine is assumed to make where nothing was measured: a SATA disk's. */
const assumedCopyRate = 500e6;

/** A term that is exactly known. */
export function exactly(value: number, formula: string, evidence: Evidence): Term {
  return { estimate: { median: value, low: value, high: value }, formula, evidence: [evidence] };
}

export function unknown(formula: string, learn: string): Term {
  return { estimate: null, formula, evidence: [], learn };
}

/** Run times of this very workload with an engine, and what tells where there are none. */
export interface RunsHere {
  readonly past: readonly number[];
  readonly otherwise: ((engine: EngineName) => Term) | undefined;
}

/** The terms of time on this machine, for one engine. */
export function localTime(
  facts: LocalFacts,
  engine: EngineName,
  runs: RunsHere,
): Record<TimeTerm, Term> {
  return {
    queue: facts.queue,
    provision: startTerm(facts.starts(engine), engine),
    image: imageTerm(facts.image),
    stageIn: copyTerm(facts.inputBytes),
    run: runTerm(engine, runs),
    stageOut: exactly(0, "results stay where they are", {
      kind: "declared",
      text: "outputs are in the run's folder on this machine",
    }),
  };
}

/** This machine is the user's own: what it costs is not known to Aloft unless a rate is set. */
export function localCost(): Record<CostTerm, Term> {
  const free = exactly(0, "0", { kind: "declared", text: "no rate is set for this machine" });
  return { compute: free, storage: free, transfer: free, licence: free };
}

/** Of past starts: their 10, 50 and 90 % points. */
function startTerm(seconds: readonly number[], engine: string): Term {
  const estimate = spread(seconds);
  if (!estimate)
    return unknown("start of the engine", `run anything with \`--engine ${engine}\` once`);
  return {
    estimate,
    formula: `median of ${counted(seconds.length, "start")}`,
    evidence: [
      { kind: "history", text: `the last ${counted(seconds.length, "start")} with ${engine} here` },
    ],
  };
}

function imageTerm(image: LocalFacts["image"]): Term {
  if (!image)
    return exactly(0, "no image", { kind: "declared", text: "the workload has no image" });
  if (image.present)
    return exactly(0, "the image is here", { kind: "measured", text: "it has been built" });
  return unknown(
    "fetching and building the image",
    "`aloft image build FILE` does it once and for all",
  );
}

function copyTerm(bytes: number | null): Term {
  if (bytes === null)
    return unknown("copying the inputs", "an input is missing here: `aloft run` names it");
  const seconds = bytes / assumedCopyRate;
  const rate = `${formatBytes(bytes)} at ${formatBytes(assumedCopyRate)}/s`;
  if (bytes === 0)
    return exactly(0, "no inputs to copy", {
      kind: "measured",
      text: "the workload has no input files",
    });
  return {
    estimate: { median: seconds, low: 0, high: seconds * 4 },
    formula: rate,
    evidence: [
      { kind: "measured", text: `the inputs are ${formatBytes(bytes)}` },
      {
        kind: "assumed",
        text: "a copy makes the rate of a SATA disk; file systems that share blocks need no time",
      },
    ],
  };
}

function runTerm(engine: EngineName, { past, otherwise }: RunsHere): Term {
  const seen = summariseHistory(past, estimateLevel);
  if (seen)
    return {
      estimate: seen.estimate,
      formula: `median of ${counted(seen.runs, "past run")}; the interval by ${seen.method}`,
      evidence: [
        {
          kind: "history",
          text: `${counted(seen.runs, "past run")} of this workload with ${engine} here`,
        },
      ],
    };
  const other = bareEngines.has(engine) ? otherwise?.(engine) : undefined;
  if (other?.estimate) return other;
  return unknown(
    "run time",
    `\`aloft run FILE --engine ${engine}\` makes a first one, \`aloft trial FILE\` several small ones`,
  );
}

/** The 10, 50 and 90 % points of a sample (Hyndman and Fan 1996, type 7); `undefined` without one. */
export function spread(values: readonly number[]): Estimate | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}
