import { seededRandom } from "../src/base/random.ts";
import { fromLog } from "../src/planner/runtime/intervals.ts";
import { commonRates, type RatedMachine, roofline } from "../src/planner/runtime/roofline.ts";
import {
  fitScalingModel,
  halfWidthOf,
  predictWith,
  type ScalingModel,
} from "../src/planner/runtime/scaling-model.ts";
import type { ScalingPoint } from "../src/planner/runtime/scaling-point.ts";
import { transfer } from "../src/planner/runtime/transfer.ts";
import { numberIn, readTable } from "./predict-data.ts";
import { type Guess, type ScoredRow, scoreOf } from "./predict-score.ts";

/** An EC2 type with CoreMark and the time of one ffmpeg encoding. */
interface Encoded extends ScalingPoint {
  readonly rated: RatedMachine;
  readonly family: string;
}

/** Families are left out in so many parts; none is ever in what it is predicted from. */
const parts = 10;
/** Pairs of types for what is predicted from one measurement. */
const pairs = 20_000;

/** ffmpeg's time on types of families that were left out, from CoreMark and from how ffmpeg scales in other families. */
export function predictCoremark(
  data: string,
  { seed, progress }: { seed: number; progress: (text: string) => void },
): ScoredRow[] {
  const types = readTypes(data);
  const guesses: Record<string, Guess[]> = { curve: [], cpus: [], one: [] };
  const random = seededRandom(seed);
  const families = shuffled([...new Set(types.map(({ family }) => family))], random);
  const oneKnown: Guess[] = [];
  for (let part = 0; part < parts; part += 1) {
    progress(`coremark ${part + 1} of ${parts}`);
    const out = new Set(families.filter((_, i) => i % parts === part));
    const training = types.filter(({ family }) => !out.has(family));
    const test = types.filter(({ family }) => out.has(family));
    const model = learn(training);
    if (model === null) continue;
    const work = median(training.map(({ seconds, scale }) => seconds * scale));
    for (const type of test) {
      guesses.curve?.push(...fromModel(model, type));
      guesses.cpus?.push({ truth: type.seconds, predicted: work / type.scale, interval: null });
    }
    for (let i = 0; i < pairs / parts; i += 1) {
      const known = training[Math.floor(random() * training.length)];
      const wanted = test[Math.floor(random() * test.length)];
      if (known !== undefined && wanted !== undefined)
        oneKnown.push(...fromOne(model, known, wanted));
    }
  }
  const pairsOf = pairGuesses(types, random);
  return [
    {
      what: "family left out, from CoreMark and other families",
      method: "Aloft",
      score: scoreOf(guesses.curve ?? []),
      targets: [
        { figure: "median", low: 0, high: 0.1 },
        { figure: "ninetieth", low: 0, high: 0.25 },
        { figure: "coverage", low: 0.85, high: 0.95 },
      ],
    },
    { what: "", method: "1/cpus guess", score: scoreOf(guesses.cpus ?? []) },
    {
      what: "the same, through one measurement elsewhere",
      method: "Aloft",
      score: scoreOf(oneKnown),
    },
    { what: "one measurement and nothing else", method: "Aloft", score: scoreOf(pairsOf.aloft) },
    { what: "", method: "1/CoreMark guess", score: scoreOf(pairsOf.coremark) },
    { what: "", method: "1/cpus guess", score: scoreOf(pairsOf.cpus) },
  ];
}

function readTypes(data: string): Encoded[] {
  const file = "offers/offers.csv";
  return readTable(data, file, ",")
    .filter((row) => row.provider === "aws" && row.ffmpeg_s !== "" && row.coremark_per_s !== "")
    .map((row) => {
      const name = row.instance_type ?? "";
      const cpus = numberIn(row, "vcpus", file);
      const family = name.split(".")[0] ?? name;
      return {
        scale: cpus,
        size: 1,
        parameters: [],
        machine: name,
        group: family,
        seconds: numberIn(row, "ffmpeg_s", file),
        rated: {
          name,
          architecture: row.arch ?? "",
          cpus,
          rates: { coremark: numberIn(row, "coremark_per_s", file) },
        },
        family,
      };
    });
}

function learn(types: readonly Encoded[]): ScalingModel | null {
  const rated = types.map((type) => type.rated);
  return fitScalingModel(types, {
    machines: new Map(rated.map((machine) => [machine.name, machine])),
    over: "cpus",
    roofline: roofline("compute", commonRates(rated)),
  });
}

function fromModel(model: ScalingModel, type: Encoded): Guess[] {
  const prediction = predictWith(model, type, type.rated);
  if (prediction === null) return [];
  const { median, low, high } = fromLog(prediction.log, halfWidthOf(model, prediction, 0.9));
  return [{ truth: type.seconds, predicted: median, interval: [low, high] }];
}

/** The curve gives the ratio only; the level comes from one measured type, whose own oddity is then in it. */
function fromOne(model: ScalingModel, known: Encoded, wanted: Encoded): Guess[] {
  // Without its name it is a stranger: its own measurement is used once.
  const here = predictWith(model, known, { ...known.rated, name: "" });
  const there = predictWith(model, wanted, wanted.rated);
  if (here === null || there === null) return [];
  const half = Math.SQRT2 * halfWidthOf(model, there, 0.9);
  const { median, low, high } = fromLog(Math.log(known.seconds) + there.log - here.log, half);
  return [{ truth: wanted.seconds, predicted: median, interval: [low, high] }];
}

function pairGuesses(
  types: readonly Encoded[],
  random: () => number,
): { aloft: Guess[]; coremark: Guess[]; cpus: Guess[] } {
  const found: { aloft: Guess[]; coremark: Guess[]; cpus: Guess[] } = {
    aloft: [],
    coremark: [],
    cpus: [],
  };
  for (let i = 0; i < pairs; i += 1) {
    const from = types[Math.floor(random() * types.length)];
    const to = types[Math.floor(random() * types.length)];
    if (from === undefined || to === undefined || from.family === to.family) continue;
    const question = {
      ...{ seconds: from.seconds, from: from.rated, to: to.rated, serialFraction: null },
      ...{ fromCpus: from.scale, toCpus: to.scale, limit: "compute" as const },
    };
    const { estimate } = transfer(question, 0.9);
    const truth = to.seconds;
    if (estimate !== null)
      found.aloft.push({
        truth,
        predicted: estimate.median,
        interval: [estimate.low, estimate.high],
      });
    const [here = 1, there = 1] = [from.rated.rates.coremark, to.rated.rates.coremark];
    found.coremark.push({ truth, predicted: (from.seconds * here) / there, interval: null });
    found.cpus.push({ truth, predicted: (from.seconds * from.scale) / to.scale, interval: null });
  }
  return found;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
