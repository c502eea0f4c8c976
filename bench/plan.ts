import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { asAloftError } from "../src/base/errors.ts";
import { medianInterval } from "../src/bench/statistics.ts";
import { readOffers } from "../src/catalog/read-offers.ts";
import type { Offer } from "../src/model/offer.ts";
import { machineFacts } from "./machine.ts";
import { planOver } from "./plan-question.ts";
import { verdict } from "./targets.ts";

const usage = `Usage: npm run bench:plan -- [options]

Measures how long a plan over a catalogue of offers at three levels takes, warm, in one process.

  --offers FILE   offers in a format that \`aloft catalog import\` knows (default ../shared/data/offers/offers.csv)
  --plans N       plans that are timed (default 100)
  --json          prints the result as JSON on standard output
  --help          prints this
`;

/** Milliseconds for all offers of the reference data: a person does not notice it. */
const target = { want: "at most", value: 50 } as const;
const warmUp = 20;
/** Plans after which memory must be what it was. */
const manyPlans = 1000;

const { values } = parseArgs({
  options: {
    offers: { type: "string", default: "../shared/data/offers/offers.csv" },
    plans: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(usage);
else
  await bench(resolve(values.offers), Number(values.plans)).catch((thrown: unknown) => {
    const { message, hint } = asAloftError(thrown);
    process.stderr.write(`bench:plan: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
    process.exitCode = 1;
  });

async function bench(file: string, plans: number): Promise<void> {
  const offers = await read(file);
  const all = time(offers, plans);
  const sizes = [offers.length, 50_000, 100_000, 200_000].filter((size) => size >= offers.length);
  const growth = sizes.map((size) => {
    const { median } = medianInterval(time(repeated(offers, size), 12));
    return { offers: size, milliseconds: median, nanosecondsPerOffer: (median * 1e6) / size };
  });
  const estimate = medianInterval(all);
  const result = {
    benchmark: "plan",
    date: new Date().toISOString(),
    machine: await machineFacts(dirname(import.meta.dirname)),
    offers: offers.length,
    levels: 3,
    estimate,
    target: { ...target, verdict: verdict(estimate, target) },
    growth,
    memory: memoryOver(offers),
    samples: all,
  };
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 1)}\n` : rendered(result));
}

async function read(file: string): Promise<Offer[]> {
  const text = readFileSync(file, "utf8");
  return Array.fromAsync(readOffers([text], { file }));
}

/** The same offers again and again under other names, as many as asked. */
function repeated(offers: readonly Offer[], count: number): Offer[] {
  return Array.from({ length: count }, (_, index) => {
    const offer = offers[index % offers.length];
    if (!offer) throw new RangeError("there are no offers");
    return { ...offer, id: `${offer.id}-${index}`, shape: `${offer.shape}-${index}` };
  });
}

function time(offers: readonly Offer[], plans: number): number[] {
  const samples: number[] = [];
  for (let at = -warmUp; at < plans; at += 1) {
    const begin = performance.now();
    planOver(offers);
    if (at >= 0) samples.push(performance.now() - begin);
  }
  return samples;
}

/** Bytes of live heap before and after many plans, after a collection where this process may ask for one (`--expose-gc`). */
function memoryOver(offers: readonly Offer[]) {
  const collect = (globalThis as { gc?: () => void }).gc;
  const live = (): number => {
    collect?.();
    return process.memoryUsage().heapUsed;
  };
  const before = live();
  for (let at = 0; at < manyPlans; at += 1) planOver(offers);
  return { plans: manyPlans, before, after: live(), collected: collect !== undefined };
}

interface Result {
  readonly date: string;
  readonly machine: Awaited<ReturnType<typeof machineFacts>>;
  readonly offers: number;
  readonly estimate: ReturnType<typeof medianInterval>;
  readonly target: { readonly verdict: string };
  readonly growth: readonly {
    readonly offers: number;
    readonly milliseconds: number;
    readonly nanosecondsPerOffer: number;
  }[];
  readonly memory: ReturnType<typeof memoryOver>;
}

function rendered({ machine, date, offers, estimate, target, growth, memory }: Result): string {
  const { median, low, high, samples } = estimate;
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    `a plan over ${offers} offers × 3 levels: ${median.toFixed(1)} ms (95 %: ${low.toFixed(1)} – ${high.toFixed(1)}, n = ${samples}); target ≤ 50 ms: ${target.verdict}`,
    ...growth.map(
      (one) =>
        `  ${String(one.offers).padStart(7)} offers  ${one.milliseconds.toFixed(1).padStart(7)} ms  ${one.nanosecondsPerOffer.toFixed(0).padStart(6)} ns an offer`,
    ),
    `live heap before and after ${memory.plans} plans: ${mebibytes(memory.before)}, ${mebibytes(memory.after)}${memory.collected ? "" : " (without a collection: run with --expose-gc)"}`,
    `${machine.cpuModel}, ${machine.cpus} cpus; Node ${machine.node}; Aloft ${machine.commit.slice(0, 10)}; ${date.slice(0, 10)}`,
    "",
  ].join("\n");
}
