import { formatDuration, parseDuration } from "../../base/durations.ts";
import { AloftError, errorCodes } from "../../base/errors.ts";
import { shown } from "../../base/shown.ts";
import type { Estimate, Term } from "../../model/estimate.ts";
import type { LocalCandidate } from "../../model/plan.ts";
import {
  designTrial,
  isSamePoint,
  nextPoint,
  type TrialDesign,
  type TrialPoint,
  type TrialRun,
} from "../../model/trial-design.ts";
import { trialAxes } from "../../model/trial-workload.ts";
import { Workload } from "../../model/workload.ts";
import { buildImageOf } from "../build.ts";
import type { Command, Context } from "../command.ts";
import type { Options } from "../options.ts";
import { createProgress, type Progress } from "../progress.ts";
import { formatMeasured } from "../quantities.ts";
import { styledState } from "../style.ts";
import { createSupervisor } from "../supervisor.ts";
import { pointText, type TrialResult, type TriedPoint, trialLines } from "../trial-result.ts";
import { createTrialRuns, type TrialRequest } from "../trial-runs.ts";
import { placeOptions, requestOf, workloadOptions } from "../workload-options.ts";

const usualBudget = "10m";

export const trial: Command = {
  arguments: "[file]",
  takesCommand: true,
  completes: "file",
  details: `Runs the workload for a sixteenth, an eighth and a quarter of \`profile.size.value\`, set by the variable of \`env\` that
\`profile.size.variable\` names, and with fewer cpus where \`parallel\` says that it uses many. What has been run before is not run
again. A run that is not expected to fit into what is left of the budget is not begun, and one that does not fit is ended.
Ends with 1 where a run failed, and with 4 where the budget let none succeed.`,
  options: [
    {
      flags: "--budget <duration>",
      description: `the most time that all runs together may take (default ${usualBudget})`,
    },
    { flags: "--cpus <list>", description: "these numbers of cpus, separated by commas" },
    { flags: "--sizes <list>", description: "these sizes, separated by commas" },
    { flags: "--repeat <n>", description: "runs at each scale and size (default 1)" },
    ...placeOptions,
    ...workloadOptions.filter(({ flags }) => !flags.startsWith("--cpus ")),
    { flags: "-q, --quiet", description: "no progress on standard error" },
  ],
  examples: [
    "aloft trial workload.yaml",
    "aloft trial --budget 30m --repeat 3 workload.yaml",
    "aloft trial --cpus 1,2,4 --sizes 1000,2000,4000 workload.yaml",
  ],
  async run(context) {
    const { host, json, quiet, style, print, printJson } = context;
    const budget = budgetOf(context.options);
    const request = await wholeRequest(context);
    using progress = createProgress(host.stderr, quiet);
    const result = await tryOut(context, { request, budget, progress });
    progress.clear();
    if (json) printJson(result);
    else print(...trialLines(result, style));
    return exitCodeOf(result);
  },
};

/** `--cpus` is a list here, and not the workload's own number. */
async function wholeRequest(context: Context): Promise<TrialRequest> {
  const { options } = context;
  const text: Options["text"] = (name) => (name === "cpus" ? undefined : options.text(name));
  const request = await requestOf({ ...context, options: { ...options, text } });
  return { ...request, workload: Workload.parse(request.workload) };
}

interface Trial {
  readonly request: TrialRequest;
  /** Seconds. */
  readonly budget: number;
  readonly progress: Progress;
}

async function tryOut(context: Context, trialOf: Trial): Promise<TrialResult> {
  const { connection, options } = context;
  const { request, budget, progress } = trialOf;
  const { workload } = request;
  const axes = trialAxes(workload);
  using supervisor = createSupervisor(context, "the trial");
  const { signal } = supervisor;
  const runs = createTrialRuns(connection, request, supervisor);
  const { machine } = await connection.repeatable("status", { signal });
  const done = await runs.earlier();
  const design = designTrial({
    ...{ ...axes, machineCpus: machine.cpus, done },
    repeat: options.count("repeat") ?? 1,
    ...{ cpus: numbersIn(options, "cpus"), sizes: numbersIn(options, "sizes") },
  });
  await buildImageOf(connection, request, { progress, signal });
  progress.show("finding out what this machine can do");
  const most = { ...axes.full, cpus: Math.min(axes.full.cpus, machine.cpus) };
  const chosen = await runs.choose(most);
  const made = await makeRuns(context, trialOf, { runs, design, done, chosen });
  return {
    workload: workload.name ?? "unnamed",
    ...{ level: chosen.level, engine: chosen.engine, budget, ...made, reasons: design.reasons },
    full: { ...axes.full, run: await runs.term(axes.full, chosen) },
  };
}

interface Prepared {
  readonly runs: ReturnType<typeof createTrialRuns>;
  readonly design: TrialDesign;
  readonly done: readonly TrialRun[];
  readonly chosen: LocalCandidate;
}

/** One run after the other, each with all that the ones before have told; until a run fails or the budget ends it. */
async function makeRuns(
  { note, noteStyle, quiet }: Context,
  { budget, progress }: Trial,
  { runs, design, done: earlier, chosen }: Prepared,
): Promise<Pick<TrialResult, "runs" | "skipped" | "spent">> {
  const done = [...earlier];
  const tried: TriedPoint[] = [];
  const skipped: (TrialPoint & { reason: string })[] = [];
  let spent = 0;
  let left = design.points;
  for (;;) {
    const known = await predictions(left, (point) => runs.term(point, chosen));
    const predicted = (point: TrialPoint) => known(point)?.median ?? null;
    const next = nextPoint({ left, done, budget: budget - spent, predicted });
    skipped.push(...next.skipped.map(({ point, reason }) => ({ ...point, reason })));
    const { point } = next;
    if (point === null) return { runs: tried, skipped, spent };
    const { run, seconds } = await runs.make(point, chosen, {
      left: budget - spent,
      onTick: (so) =>
        progress.show(`${pointText(point)}: running, ${next.reason}`, formatDuration(so)),
    });
    spent += seconds;
    left = next.rest;
    const time = run.state === "succeeded" ? run.timings.running : null;
    tried.push({ ...point, predicted: known(point), seconds: time, run });
    progress.clear();
    const text = time === null ? `aloft logs ${run.id}` : formatMeasured(time);
    if (!quiet) note(`${styledState(noteStyle, run.state)} ${pointText(point)}: ${text}`);
    if (time !== null) done.push({ ...point, seconds: time });
    else {
      const reason = `the run before it ended as ${run.state}`;
      skipped.push(...left.map((one) => ({ ...one, reason })));
      return { runs: tried, skipped, spent };
    }
  }
}

/** Asks for each of the points once. */
async function predictions(
  points: readonly TrialPoint[],
  ask: (point: TrialPoint) => Promise<Term>,
): Promise<(point: TrialPoint) => Estimate | null> {
  const different = points.filter(
    (one, at) => points.findIndex((other) => isSamePoint(one, other)) === at,
  );
  const terms = await Promise.all(
    different.map(async (point) => ({ point, ...(await ask(point)) })),
  );
  return (point) => terms.find((one) => isSamePoint(one.point, point))?.estimate ?? null;
}

/** A run that its time limit ended is not one that failed: the budget was too small for it. */
function exitCodeOf({ runs, skipped }: TrialResult): number {
  if (runs.some(({ run }) => run.state !== "succeeded" && run.state !== "timed-out")) return 1;
  const nothingToRun = runs.length === 0 && skipped.length === 0;
  if (nothingToRun || runs.some(({ seconds }) => seconds !== null)) return 0;
  return errorCodes.refused.exit;
}

function budgetOf(options: Options): number {
  const text = options.text("budget") ?? usualBudget;
  const seconds = parseDuration(text);
  if (seconds > 0) return seconds;
  throw new AloftError("bad-input", `--budget: ${shown(text)} lets nothing run`, {
    hint: `write a duration, such as ${usualBudget}`,
  });
}

function numbersIn(options: Options, name: string): number[] | undefined {
  return options
    .text(name)
    ?.split(",")
    .map((text) => {
      const value = Number(text);
      if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
      throw new AloftError("bad-input", `--${name}: ${shown(text)} is not a number above zero`, {
        hint: "separated by commas, such as 1,2,4",
      });
    });
}
