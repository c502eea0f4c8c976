import { parseArgs } from "node:util";

export interface Options {
  readonly rounds: number;
  readonly vmRounds: number;
  /** Parts of names; empty for all. */
  readonly only: readonly string[];
  readonly image: string;
  readonly seed: number;
  readonly json: boolean;
  readonly out: string | undefined;
  /** Remarks to keep with the result. */
  readonly notes: readonly string[];
}

export const usage = `Usage: npm run bench:start -- [options]

Measures how long starting a program that does nothing takes: by hand, by others and by Aloft, side by side.

  --rounds N      rounds of the short starts and of the command line (default 50)
  --vm-rounds N   rounds of the virtual machines (default 6; 0 leaves them out)
  --only WORDS    only contenders whose name has one of these words, separated by commas
  --image SOURCE  the image, as in a workload (default debian:bookworm)
  --seed N        the seed of the order of measurements (default: from the clock; it is recorded)
  --out FILE      the result file (default bench/results/start-DATE-HOST.json; "none" writes none)
  --note TEXT     a remark to keep with the result; may be repeated
  --json          prints the result as JSON on standard output
  --help          prints this

As root it measures everything that is installed; otherwise what needs no mounts, and says what it left out.
`;

/** The options, or what is wrong with them. */
export function parseOptions(argv: readonly string[], now: number): Options | "help" | Error {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        rounds: { type: "string", default: "50" },
        "vm-rounds": { type: "string", default: "6" },
        only: { type: "string", default: "" },
        image: { type: "string", default: "debian:bookworm" },
        seed: { type: "string", default: String(Math.floor(now / 1000) % 2 ** 32) },
        out: { type: "string" },
        note: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    return {
      rounds: whole("--rounds", values.rounds, 1),
      vmRounds: whole("--vm-rounds", values["vm-rounds"], 0),
      only: values.only
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean),
      image: values.image,
      seed: whole("--seed", values.seed, 0),
      json: values.json,
      out: values.out,
      notes: values.note,
    };
  } catch (error) {
    return error as Error;
  }
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number >= 2 ** 32)
    throw new Error(`${option} is "${text}": expected a whole number from ${least}`);
  return number;
}

/** Whether a contender is asked for. */
export function isAsked(name: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((word) => name.includes(word));
}
