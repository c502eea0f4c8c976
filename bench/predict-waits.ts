import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../src/base/random.ts";
import { fitWaitModel } from "../src/planner/wait/wait-model.ts";
import type { WaitRecord } from "../src/planner/wait/wait-record.ts";
import { asKnownAt, readGrahamWaits, type Snapshot } from "./graham-waits.ts";
import { machineFacts } from "./machine.ts";
import { model, published, renderWaits, type WaitResult } from "./wait-report.ts";
import { type Guess, scoreOf } from "./wait-scores.ts";
import { type BaselineAnswer, baselines } from "./wait-baselines.ts";

/** The first day that is predicted: a week of history is before it. */
const firstTestDay = 7;

export interface WaitExperiment {
  /** The folder of the reference data. */
  readonly data: string;
  readonly seed?: number;
  /** Gets lines for people; nothing is printed without it. */
  readonly print?: (text: string) => void;
  readonly progress?: (text: string) => void;
}

/**
 * Predicts each day from the eighth on from the days before it, as they were known at its noon, by our model and by baselines.
 * Throws `not-found` where the data is not.
 */
export async function predictWaits(experiment: WaitExperiment): Promise<WaitResult> {
  const { data, seed = 1, print, progress } = experiment;
  const startedAt = new Date();
  const snapshots = readGrahamWaits(data);
  const guesses = new Map<string, Guess[]>();
  const days: WaitResult["days"][number][] = [];
  const clock = { fit: 0, predict: 0 };
  for (const [index, today] of snapshots.entries()) {
    if (index < firstTestDay) continue;
    progress?.(`day ${index + 1} of ${snapshots.length}`);
    const known = snapshots.slice(0, index).flatMap((past) => asKnownAt(today.at, past));
    const own = forestGuesses(known, { today, seed, clock });
    add(guesses, { [model]: own, ...baselineGuesses(known, { today, seed }) });
    days.push({ day: today.at.slice(0, 10), known: known.length, ...scoreOf(own) });
  }
  const testJobs = guesses.get(model)?.length ?? 0;
  const result: WaitResult = {
    experiment: "slurm-waits",
    format: 1,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    seed,
    machine: await machineFacts(dirname(import.meta.dirname)),
    testJobs,
    scores: Object.fromEntries([...guesses].map(([name, own]) => [name, scoreOf(own)])),
    days,
    cost: {
      fitSeconds: clock.fit / days.length / 1000,
      predictMilliseconds: clock.predict / testJobs,
    },
    published,
  };
  print?.(renderWaits(result));
  return result;
}

function forestGuesses(
  known: readonly WaitRecord[],
  {
    today,
    seed,
    clock,
  }: { today: Snapshot; seed: number; clock: { fit: number; predict: number } },
): Guess[] {
  const start = performance.now();
  const predict = fitWaitModel(known, seed);
  if (predict === undefined) throw new Error("a week of history is not enough to fit the model");
  const fitted = performance.now();
  const guesses = today.records.map(({ request, state, waitSeconds }) => ({
    ...predict(request, state),
    waitSeconds,
  }));
  clock.fit += fitted - start;
  clock.predict += performance.now() - fitted;
  return guesses;
}

function baselineGuesses(
  known: readonly WaitRecord[],
  { today, seed }: { today: Snapshot; seed: number },
): Record<string, Guess[]> {
  const guessed = Object.entries(baselines).map(([name, learn]) => {
    const answer = learn(known, seededRandom(seed));
    const guess = (record: WaitRecord): Guess => ({
      ...(answer(record.request, record.state) satisfies BaselineAnswer),
      low: null,
      waitSeconds: record.waitSeconds,
    });
    return [name, today.records.map(guess)];
  });
  return Object.fromEntries(guessed);
}

function add(to: Map<string, Guess[]>, guesses: Record<string, Guess[]>): void {
  for (const [name, own] of Object.entries(guesses)) to.set(name, (to.get(name) ?? []).concat(own));
}

const usage = `Usage: node bench/predict-waits.ts --data ../shared/data [--seed N] [--json]

Predicts the waits of 40,668 jobs of the cluster Graham from the days before them, and tells how wrong it was.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || values.data === undefined || !/^\d{1,9}$/.test(values.seed)) {
    (values.help ? process.stdout : process.stderr).write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const result = await predictWaits({
    data: values.data,
    seed: Number(values.seed),
    ...(values.json ? {} : { print: (text) => process.stdout.write(text) }),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
}

if (import.meta.main) {
  await main().catch((error: Error & { hint?: string }) => {
    process.stderr.write(`predict-waits: ${error.message}\n${error.hint ? `${error.hint}\n` : ""}`);
    process.exitCode = 1;
  });
}
