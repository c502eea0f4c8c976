import { dirname, resolve } from "node:path";
import { asAloftError } from "../src/base/errors.ts";
import { machineFacts } from "./machine.ts";
import { predictC3o } from "./predict-c3o.ts";
import { predictCoremark } from "./predict-coremark.ts";
import { parsePredictOptions, type PredictOptions, predictUsage } from "./predict-options.ts";
import { type PredictResult, renderPredictions } from "./predict-report.ts";
import type { ScoredRow } from "./predict-score.ts";
import { predictWaits } from "./predict-waits.ts";

type Experiment = (options: PredictOptions) => ScoredRow[];

/** Each by the name that `--only` knows. One more is one more line here. */
const experiments: Readonly<Record<string, Experiment>> = {
  c3o: ({ data }) => predictC3o(data, progress),
  coremark: ({ data, seed }) => predictCoremark(data, { seed, progress }),
};

/** Waits have figures of their own: their table stands apart. */
const waits = "waits";

const parsed = parsePredictOptions(process.argv.slice(2), [...Object.keys(experiments), waits]);
if (parsed === "help") process.stdout.write(predictUsage);
else if (parsed instanceof Error) {
  process.stderr.write(`bench:predict: ${parsed.message}\n\n${predictUsage}`);
  process.exitCode = 2;
} else await bench(parsed);

async function bench(options: PredictOptions): Promise<void> {
  try {
    const result = await measured(options);
    let table = "";
    const waited = isAsked(waits, options)
      ? await predictWaits({ ...options, progress, print: (text) => (table += text) })
      : undefined;
    progress("");
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...result, waits: waited }, null, 1)}\n`
        : `${renderPredictions(result)}${table === "" ? "" : `\n${table}\n`}`,
    );
  } catch (error) {
    const { message, hint } = asAloftError(error);
    process.stderr.write(`bench:predict: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
    process.exitCode = 1;
  }
}

async function measured(options: PredictOptions): Promise<PredictResult> {
  const startedAt = new Date();
  const asked = Object.entries(experiments).filter(([name]) => isAsked(name, options));
  const done = asked.map(([name, run]) => ({ name, rows: run(options) }));
  return {
    benchmark: "predict",
    format: 1,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    seed: options.seed,
    data: resolve(options.data),
    machine: await machineFacts(dirname(import.meta.dirname)),
    experiments: done,
  };
}

function isAsked(name: string, { only }: PredictOptions): boolean {
  return only.length === 0 || only.includes(name);
}

/** One line that is written over on a terminal; nothing elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
