import { parseDuration } from "../base/durations.ts";
import { AloftError } from "../base/errors.ts";
import { shown } from "../base/shown.ts";
import type { Ranking } from "../model/plan.ts";
import type { OptionSpec } from "./command.ts";
import type { Options } from "./options.ts";

const objectives = [
  "fastest",
  "cheapest",
  "deadline",
  "budget",
  "pareto",
] as const satisfies readonly Ranking[];

/** Options that say what the user cares about. */
export const planOptions: readonly OptionSpec[] = [
  { flags: "--objective <what>", description: "what comes first", choices: objectives },
  { flags: "--deadline <duration>", description: "the result is wanted within, such as 6h" },
  { flags: "--budget <amount>", description: "the most that it may cost, in US dollars" },
  {
    flags: "--only <places>",
    description: "beginnings of names, separated by commas: local, aws, gcp/europe-",
  },
  { flags: "--exclude <places>", description: "places to leave out, as with --only" },
  { flags: "--top <n>", description: "rented places to show (default 10)" },
  { flags: "--spot", description: "also machines that may be taken away, at their lower price" },
  { flags: "--uplink <rate>", description: 'from here to rented machines, such as "1 Gbit/s"' },
  {
    flags: "--explain <where>",
    description: "every term of a candidate, its formula and evidence (repeatable)",
    repeats: true,
  },
  {
    flags: "--why-not <where>",
    description: "why a place is refused, or not the first (repeatable)",
    repeats: true,
  },
];

/** The question of a command line besides the workload. */
export function questionOf(options: Options) {
  const [deadline, budget, uplink] = ["deadline", "budget", "uplink"].map((name) =>
    options.text(name),
  );
  const top = options.count("top");
  const objective = options.text("objective") as Ranking | undefined;
  return {
    ...(objective ? { objective } : {}),
    ...(deadline === undefined ? {} : { deadline: parseDuration(deadline) }),
    ...(budget === undefined ? {} : { budget: amount(budget) }),
    ...(uplink === undefined ? {} : { uplink: bitsPerSecond(uplink) }),
    ...(top === undefined ? {} : { top }),
    only: places(options.text("only")),
    exclude: places(options.text("exclude")),
    spot: options.flag("spot"),
    about: [...options.list("explain"), ...options.list("why-not")],
  };
}

function places(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((name) => name.trim() || []);
}

function amount(text: string): number {
  const value = Number(text.replace(/^\$|\s*USD$/g, ""));
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new AloftError("bad-input", `--budget: ${shown(text)} is no amount of money`, {
    hint: "write a number of US dollars, such as 12.50",
  });
}

const rates: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Network rates count in powers of 1000. */
function bitsPerSecond(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt])?(?:bit|b)(?:\/s|ps)$/i.exec(text.trim());
  const value = match ? Number(match[1]) * (rates[match[2]?.toLowerCase() ?? ""] ?? 1) : 0;
  if (value > 0) return value;
  throw new AloftError("bad-input", `--uplink: ${shown(text)} is no rate`, {
    hint: 'write bits per second, such as "100 Mbit/s" or "1Gbps"',
  });
}
