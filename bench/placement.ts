import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../src/base/random.ts";
import { medianInterval } from "../src/bench/statistics.ts";
import { placeSteps } from "../src/planner/placement/place.ts";
import type { Goal, Placement, PlacementProblem } from "../src/planner/placement/problem.ts";
import { createHighs } from "../src/solver/highs.ts";
import { type MachineFacts, machineFacts, type MachineState, machineState } from "./machine.ts";
import { between, byFunction, madeUp, type Shape, type Size } from "./placement-problems.ts";
import { verdict } from "./targets.ts";

/** Milliseconds: what issue 3 asks of a chain of 50 steps and 100 places. */
const limit = { want: "at most", value: 20 } as const;

const usage = `Usage: npm run bench:placement -- [options]

Measures how long placing a graph of steps takes, warm, from the problem to the placement.

  --rounds N  problems of each kind, each solved once (default 60)
  --graphs N  the same of graphs for HiGHS (default 3)
  --seed N    of the made-up problems (default 1)
  --json      prints every sample as JSON
  --help      prints this
`;

interface Extremes {
  readonly cheapest: Placement;
  readonly fastest: Placement;
}

const goals = {
  cheapest: () => ({ minimise: "cost" }),
  fastest: () => ({ minimise: "time" }),
  "cheapest by a deadline": ({ cheapest, fastest }) => ({
    minimise: "cost",
    deadline: between(fastest.seconds, cheapest.seconds),
  }),
  "fastest for a budget": ({ cheapest, fastest }) => ({
    minimise: "time",
    budget: between(cheapest.cost, fastest.cost),
  }),
} as const satisfies Record<string, (extremes: Extremes) => Goal>;
type GoalName = keyof typeof goals;

/** Problems that are measured together, each with every goal. */
interface Group {
  readonly shape: Shape;
  readonly size: Size;
  readonly goals: readonly GoalName[];
  readonly transfers: "matrices" | "a function";
  readonly hasTarget: boolean;
}

const large = { steps: 50, places: 100 };
const everyGoal = Object.keys(goals) as GoalName[];
const matrices = "matrices" as const;

const groups: readonly Group[] = [
  { shape: "chain", size: large, goals: everyGoal, transfers: matrices, hasTarget: true },
  { shape: "chain", size: large, goals: ["cheapest"], transfers: "a function", hasTarget: true },
  { shape: "in-tree", size: large, goals: everyGoal, transfers: matrices, hasTarget: false },
  {
    ...{ shape: "mixed tree", size: large, transfers: matrices, hasTarget: false },
    goals: ["cheapest", "fastest"],
  },
];
const graphs: Group = {
  ...{ shape: "diamonds", size: { steps: 7, places: 8 }, transfers: matrices, hasTarget: false },
  goals: ["cheapest", "fastest"],
};

const { solve } = createHighs();
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "60" },
    graphs: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) process.stdout.write(usage);
else await bench(Number(options.rounds), Number(options.graphs), Number(options.seed));

async function bench(rounds: number, graphRounds: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const [machine, before] = [await machineFacts(dirname(import.meta.dirname)), machineState()];
  const samples = new Map<string, number[]>();
  const targets = new Set<string>();
  for (const [group, count] of [
    ...groups.map((one) => [one, rounds] as const),
    [graphs, graphRounds] as const,
  ]) {
    // The first problems are for the compiler.
    const warmUp = Math.min(10, count);
    for (let round = -warmUp; round < count; round += 1)
      for (const [name, time] of await measured(group, random)) {
        if (round >= 0) samples.set(name, [...(samples.get(name) ?? []), time]);
        if (group.hasTarget) targets.add(name);
      }
  }
  const after = machineState();
  const result = {
    benchmark: "placement",
    seed,
    machine,
    before,
    after,
    samples: Object.fromEntries(samples),
  };
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : rendered(samples, targets));
  if (!options.json) process.stdout.write(machineLines(result));
}

/** One new problem, with every goal of its group in random order. */
async function measured(group: Group, random: () => number): Promise<[string, number][]> {
  const plain = madeUp(group.shape, group.size, random);
  const problem = group.transfers === "matrices" ? plain : byFunction(plain);
  const extremes = {
    cheapest: await placed(problem, { minimise: "cost" }),
    fastest: await placed(problem, { minimise: "time" }),
  };
  const order = group.goals
    .map((name) => ({ name, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank);
  const times: [string, number][] = [];
  for (const { name } of order) {
    const goal = goals[name](extremes);
    const begin = performance.now();
    const { proof } = await placed(problem, goal);
    const time = performance.now() - begin;
    if (proof.gap > 0) throw new Error(`${name} of a ${group.shape} is only ${proof.text}`);
    times.push([nameOf(group, name), time]);
  }
  return times;
}

function nameOf({ shape, size, transfers }: Group, goal: GoalName): string {
  const told = transfers === "matrices" ? "" : ", transfers by a function";
  return `${shape}, ${size.steps} steps × ${size.places} places, ${goal}${told}`;
}

async function placed(problem: PlacementProblem, goal: Goal): Promise<Placement> {
  const outcome = await placeSteps(problem, goal, { solve, seconds: 60 });
  if (outcome.placement === null) throw new Error(outcome.refusal.message);
  return outcome.placement;
}

function rendered(
  samples: ReadonlyMap<string, readonly number[]>,
  targets: ReadonlySet<string>,
): string {
  const rows = Array.from(samples, ([name, times]) => {
    const estimate = medianInterval(times);
    const { median, low, high } = estimate;
    const target = targets.has(name) ? `≤ ${limit.value}` : "";
    const said = targets.has(name) ? verdict(estimate, limit) : "";
    return [name, ms(median), `${ms(low)} – ${ms(high)}`, String(times.length), target, said];
  });
  const all = [["placing steps", "median ms", "95 % interval", "n", "target", ""], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n\n`;
}

function ms(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toFixed(1);
}

function machineLines({
  seed,
  machine,
  before,
  after,
}: {
  readonly seed: number;
  readonly machine: MachineFacts;
  readonly before: MachineState;
  readonly after: MachineState;
}): string {
  const all = after.ticks.all - before.ticks.all || 1;
  const share = (part: "busy" | "steal"): string =>
    `${((100 * (after.ticks[part] - before.ticks[part])) / all).toFixed(1)} %`;
  return [
    `${machine.cpuModel}, ${machine.cpus} cpus; ${machine.system}, Linux ${machine.kernel}; Node ${machine.node}; Aloft ${machine.commit.slice(0, 10)} with ${machine.changedFiles} files changed; seed ${seed}`,
    `load ${before.load.join(" ")} before, ${after.load.join(" ")} after; cpus busy ${share("busy")}, taken by the hypervisor ${share("steal")} of the time`,
    "",
  ].join("\n");
}
