import { AloftError } from "../base/errors.ts";
import { askedCpus } from "../model/asked-cpus.ts";
import type { Term } from "../model/estimate.ts";
import { bareEngines } from "../model/level.ts";
import { isLocal, type LocalCandidate } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { TrialPoint, TrialRun } from "../model/trial-design.ts";
import { scaledWorkload } from "../model/trial-workload.ts";
import { familyFingerprint } from "../model/workload-family.ts";
import type { Workload } from "../model/workload.ts";
import type { Connection } from "./connection.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Request } from "./workload-options.ts";

/** What a trial is made of. */
export type TrialRequest = Request & { readonly workload: Workload };

/** Runs that are looked through for those of the same computation. */
const mostLooked = 1000;

/** Asks the server for the plans and runs of a trial. */
export function createTrialRuns(
  connection: Connection,
  { workload, origin, level, engine }: TrialRequest,
  { signal, measure }: Supervisor,
) {
  const place = { ...(level ? { level } : {}), ...(engine ? { engine } : {}) };

  async function candidates(point: TrialPoint): Promise<LocalCandidate[]> {
    const body = { ...place, origin, workload: scaledWorkload(workload, point), only: ["local"] };
    const plan = await connection.repeatable("plan", { body, signal });
    return plan.candidates.filter(isLocal);
  }

  return {
    /**
     * Where the plan would run it, of the engines that compute as the bare machine does: the plan takes only their runs to other
     * sizes. Throws `refused` where there is none.
     */
    async choose(point: TrialPoint): Promise<LocalCandidate> {
      const all = await candidates(point);
      const possible = all.filter(({ refusals }) => refusals.length === 0);
      const chosen = possible.find((one) => bareEngines.has(one.engine));
      if (chosen) return chosen;
      if (possible.length > 0)
        throw new AloftError(
          "refused",
          "only a virtual machine would run it, and small runs there tell nothing of larger ones",
          { hint: "`aloft run FILE` makes a full run, which the plan then knows" },
        );
      const reasons = all.flatMap(({ level: its, engine: name, refusals }) =>
        refusals.map(({ message }) => `\n  ${its} (${name}): ${message}`),
      );
      throw new AloftError("refused", `nothing here can run it:${reasons.join("")}`, {
        hint: "`aloft doctor` tells what this machine can do",
      });
    },

    /** The run itself, as the plan knows it now. */
    async term(point: TrialPoint, chosen: LocalCandidate): Promise<Term> {
      const found = (await candidates(point)).find(({ engine: name }) => name === chosen.engine);
      if (found) return found.time.run;
      throw new AloftError("unavailable", `the engine ${chosen.engine} is gone from the plan`);
    },

    /** Succeeded runs of the same computation, at whatever scale and size. */
    async earlier(): Promise<TrialRun[]> {
      const query = { all: "true", limit: String(mostLooked) };
      const runs = await connection.repeatable("listRuns", { query, signal });
      const family = familyFingerprint(workload);
      const mine = runs.filter(
        (run) => bareEngines.has(run.engine) && familyFingerprint(run.workload) === family,
      );
      return (await Promise.all(mine.map(firstTask))).flatMap(trialRun);
    },

    /** Its time limit is what is left of the budget, in whole seconds. */
    async make(
      point: TrialPoint,
      { engine: name }: LocalCandidate,
      { left, onTick }: { readonly left: number; readonly onTick: (seconds: number) => void },
    ): Promise<{ run: Run; seconds: number }> {
      const scaled = scaledWorkload(workload, point);
      const limit = Math.ceil(left);
      const time = Math.min(limit, scaled.resources.time ?? limit);
      const limited = { ...scaled, resources: { ...scaled.resources, time } };
      const made = await measure({ workload: limited, origin, engine: name }, onTick);
      return { ...made, run: await firstTask(made.run) };
    },
  };

  /** Of an array, its tasks are what is timed. */
  async function firstTask(run: Run): Promise<Run> {
    if (run.tasks === null) return run;
    const query = { all: "true", array: run.id };
    const tasks = await connection.repeatable("listRuns", { query, signal });
    return tasks.find(({ task }) => task?.index === 0) ?? run;
  }
}

function trialRun({ state, timings, workload }: Run): TrialRun[] {
  if (state !== "succeeded" || timings.running === null) return [];
  const size = workload.profile?.size?.value ?? null;
  return [{ cpus: askedCpus(workload), size, seconds: timings.running }];
}
