import { parseArgs } from "node:util";

export interface PredictOptions {
  readonly data: string;
  /** Names of experiments; empty for all. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly json: boolean;
}

export const predictUsage = `Usage: npm run bench:predict -- [options]

Measures how far predictions are from what was measured, on public data, beside baselines.

  --data DIR      the reference data (default ../shared/data): c3o/*.tsv, offers/offers.csv
  --only WORDS    only these experiments, separated by commas
  --seed N        of what is drawn by chance (default 1)
  --json          prints the result as JSON on standard output
  --help          prints this
`;

/** The options, or what is wrong with them. */
export function parsePredictOptions(
  argv: readonly string[],
  experiments: readonly string[],
): PredictOptions | "help" | Error {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: "string", default: "../shared/data" },
        only: { type: "string", default: "" },
        seed: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const only = values.only.split(",").filter(Boolean);
    const strange = only.find((name) => !experiments.includes(name));
    if (strange !== undefined)
      throw new Error(`--only has "${strange}": there are ${experiments.join(", ")}`);
    if (!/^\d+$/.test(values.seed))
      throw new Error(`--seed is "${values.seed}": expected a whole number from 0`);
    return { data: values.data, only, seed: Number(values.seed), json: values.json };
  } catch (error) {
    return error as Error;
  }
}
