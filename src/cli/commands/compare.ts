import { AloftError } from "../../base/errors.ts";
import type { EngineName, Level } from "../../model/level.ts";
import type { Machine } from "../../model/machine.ts";
import { isLocal, type LocalCandidate, type Plan } from "../../model/plan.ts";
import type { Run } from "../../model/run.ts";
import { buildImageOf } from "../build.ts";
import type { Command, Context } from "../command.ts";
import { comparisonLines } from "../comparison-text.ts";
import { type Comparison, compareLevels, type LevelRuns } from "../comparison.ts";
import { createProgress, type Progress } from "../progress.ts";
import { formatMeasured, formatNumber, plural } from "../quantities.ts";
import { styledState } from "../style.ts";
import { createSupervisor } from "../supervisor.ts";
import {
  engineNames,
  levelNames,
  type Request,
  requestOf,
  workloadOptions,
} from "../workload-options.ts";

/** How often `true` is timed: a virtual machine takes seconds each time. */
const startSamples: Record<Level, number> = { process: 5, container: 5, vm: 1 };

export const compare: Command = {
  arguments: "[file]",
  takesCommand: true,
  completes: "file",
  details: `One level after the other, from one image, each with the engine that the plan prefers there. The first
row, a process in the image, is what the others are compared with. Ends with 0 when it
succeeded at every level that can run it; levels that cannot are listed with the reason.`,
  options: [
    { flags: "--repeat <n>", description: "runs at each level (default 1); medians are shown" },
    { flags: "--levels <list>", description: `only these, of ${levelNames.join(",")}` },
    {
      flags: "--engines <list>",
      description: `these engines, of ${engineNames.join(",")}, or all`,
    },
    ...workloadOptions,
    { flags: "-q, --quiet", description: "no progress on standard error" },
  ],
  examples: [
    "aloft compare examples/linpack/workload.yaml",
    "aloft compare --repeat 5 --levels process,container workload.yaml",
    "aloft compare --engines all --json workload.yaml > comparison.json",
  ],
  async run(context) {
    const { host, options, json, quiet, style, print, printJson, noteStyle } = context;
    const request = unpinned(await requestOf(context));
    const repeat = options.count("repeat") ?? 1;
    using progress = createProgress(host.stderr, quiet);
    const measurer = createMeasurer(context, request, progress);
    using _ = measurer;
    const { chosen, refused, emulated, machine, plan } = await measurer.choose();
    const measured: LevelRuns[] = [];
    for (const candidate of chosen) {
      const { level, engine, reasons } = candidate;
      const isEmulated = emulated.has(engine);
      const starts = await measurer.starts(candidate);
      const runs: Run[] = [];
      for (let at = 1; at <= repeat; at += 1)
        runs.push(await measurer.run(candidate, repeat > 1 ? ` ${at}/${repeat}` : ""));
      measured.push({ level, engine, emulated: isEmulated, reasons, starts, runs });
      progress.clear();
      if (!quiet) for (const run of runs) context.note(resultLine(run, noteStyle));
    }
    const levels = compareLevels(measured);
    const comparison: Comparison = { workload: plan.workload, machine, levels, refused };
    if (json) printJson(comparison);
    else print("", ...comparisonLines(comparison, style, host.stdout.columns()));
    return levels.every(({ succeeded }) => succeeded) ? 0 : 1;
  },
};

/** Every level is wanted, whatever the file pins. */
function unpinned({ workload, origin }: Request): Request {
  const { level: _level, engine: _engine, ...free } = workload;
  return { workload: free, origin };
}

function resultLine(run: Run, style: Context["noteStyle"]): string {
  const { level, engine, state, timings, metrics } = run;
  const numbers = Object.entries(metrics).flatMap(([name, { value, unit }]) =>
    value === null ? [] : [`${name} ${formatNumber(value)} ${unit}`.trimEnd()],
  );
  const time = timings.running === null ? [] : [formatMeasured(timings.running)];
  return `${styledState(style, state)} ${level} (${engine}): ${[...time, ...numbers].join(", ")}`;
}

interface Chosen {
  readonly plan: Plan;
  readonly machine: Machine;
  /** In the order of the levels; the first is the base. */
  readonly chosen: readonly LocalCandidate[];
  readonly refused: readonly LocalCandidate[];
  readonly emulated: ReadonlySet<EngineName>;
}

/** Asks the server, one thing at a time; an interrupt cancels what is going on and ends the comparison. */
function createMeasurer(context: Context, { workload, origin }: Request, progress: Progress) {
  const { connection, options } = context;
  const supervisor = createSupervisor(context, "the comparison");
  const { signal, measure } = supervisor;

  return {
    [Symbol.dispose]: () => supervisor[Symbol.dispose](),

    /** Makes the image ready, so that no level pays for it, and decides what is measured. */
    async choose(): Promise<Chosen> {
      await buildImageOf(connection, { workload, origin }, { progress, signal });
      progress.show("finding out what this machine can do");
      const plan = await connection.repeatable("plan", {
        body: { workload, origin, only: ["local"] },
        signal,
      });
      const { engines, machine } = await connection.repeatable("doctor", { signal });
      const emulated = engines.flatMap(({ engine, availability }) =>
        engine === "qemu" && availability.acceleration !== "kvm" ? [engine] : [],
      );
      return { plan, machine, emulated: new Set(emulated), ...select(plan, options) };
    },

    /** Times `true` in the same image, with the same resources. */
    async starts({ level, engine }: LocalCandidate): Promise<number[]> {
      const { image, resources } = workload;
      const trivial = {
        name: "start",
        command: ["true"],
        ...(image === undefined ? {} : { image }),
        ...(resources ? { resources } : {}),
      };
      const found: number[] = [];
      for (let at = 1; at <= startSamples[level]; at += 1) {
        const { run, seconds } = await measure({ workload: trivial, origin, engine }, () =>
          progress.show(`${level} (${engine}): timing its start`),
        );
        if (run.state === "succeeded") found.push(seconds);
      }
      return found;
    },

    async run({ level, engine, predicted }: LocalCandidate, which: string): Promise<Run> {
      const expected = predicted ? `, ${formatMeasured(predicted.seconds)} predicted` : "";
      const { run } = await measure({ workload, origin, engine }, (seconds) =>
        progress.show(
          `${level} (${engine}): running${which}`,
          `${seconds.toFixed(0)} s${expected}`,
        ),
      );
      return run;
    },
  };
}

/** One engine a level, the first in the plan, unless engines are named; the refusals of the levels that have none. */
export function select(
  { candidates }: Plan,
  options: Context["options"],
): Pick<Chosen, "chosen" | "refused"> {
  const levels = namesIn(options.text("levels"), levelNames, "levels") ?? levelNames;
  const named = options.text("engines");
  const engines = named === "all" ? engineNames : namesIn(named, engineNames, "engines");
  const here = candidates.filter(isLocal);
  const wanted = levels.flatMap((level) => here.filter((one) => one.level === level));
  const feasible = wanted.filter(({ refusals }) => refusals.length === 0);
  const chosen = engines
    ? feasible.filter(({ engine }) => engines.includes(engine))
    : feasible.filter((one, at) => feasible.findIndex(({ level }) => level === one.level) === at);
  const refused = wanted.filter(
    (one) =>
      one.refusals.length > 0 &&
      (engines?.includes(one.engine) ?? !chosen.some(({ level }) => level === one.level)),
  );
  if (chosen.length > 0) return { chosen, refused };
  const reasons = refused.map(
    ({ level, engine, refusals }) =>
      `\n  ${level} (${engine}): ${refusals.map(({ message }) => message).join("; ")}`,
  );
  throw new AloftError("refused", `nothing here can run it:${reasons.join("")}`, {
    hint: `\`aloft doctor\` tells what this machine can do with its ${plural(candidates.length, "engine")}`,
  });
}

function namesIn<Name extends string>(
  list: string | undefined,
  known: readonly Name[],
  option: string,
): Name[] | undefined {
  if (list === undefined) return undefined;
  const given = list.split(",").map((name) => name.trim());
  const wrong = given.find((name) => !(known as readonly string[]).includes(name));
  if (wrong !== undefined)
    throw new AloftError("bad-input", `--${option}: there is no "${wrong}"`, {
      hint: `separated by commas, of ${known.join(", ")}`,
    });
  return known.filter((name) => given.includes(name));
}
