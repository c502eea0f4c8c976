import type { LevelEngine } from "../levels/level.ts";
import type { EngineName, Level } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Plan } from "../model/plan.ts";
import { requireSound } from "../model/workload-checks.ts";
import { fingerprint } from "../model/workload-fingerprint.ts";
import type { Workload } from "../model/workload.ts";
import { makePlan } from "../planner/plan.ts";
import type { Platform } from "../platforms/platform.ts";
import type { PastRun, Storage } from "../storage/storage.ts";
import type { EngineReports } from "./engine-reports.ts";
import type { Recorder } from "./recorder.ts";

/** Past runs that a prediction rests on, at the most. */
const historyLimit = 200;

export interface NewRunRequest {
  readonly workload: Workload;
  readonly origin: string;
  readonly level?: Level | undefined;
  readonly engine?: EngineName | undefined;
  readonly key?: string | undefined;
}

export interface PlanningParts {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly machine: Machine;
  readonly reports: EngineReports;
  readonly recorder: Recorder;
}

/** Plans with what this machine can do and what past runs have shown. */
export interface Planning {
  /** Of every engine. */
  all(request: NewRunRequest): Promise<Plan>;
  /** For a run that is to start: no engine is asked that would not be chosen. */
  toRun(request: NewRunRequest): Promise<Plan>;
}

export function createPlanning(parts: PlanningParts): Planning {
  const { storage, platform, machine, reports, recorder } = parts;

  /** Succeeded runs of a workload that are not in storage's history yet. */
  function justEnded(print: string): Pick<PastRun, "engine" | "runSeconds">[] {
    return Array.from(recorder.allUnwritten()).flatMap((run) => {
      const { state, fingerprint: mine, engine, timings, tasks } = run;
      const counts = state === "succeeded" && mine === print && tasks === null;
      return counts && timings.running !== null ? [{ engine, runSeconds: timings.running }] : [];
    });
  }

  async function planFor(request: NewRunRequest, chosen: (engine: LevelEngine) => boolean) {
    const { workload, level, engine } = request;
    requireSound(workload);
    const print = fingerprint(workload);
    const past = [...justEnded(print), ...(await storage.history(print, historyLimit))];
    return makePlan({
      workload,
      fingerprint: print,
      pin: { level, engine },
      machine,
      platform: platform.name,
      engines: await reports.of(chosen),
      history: new Map(
        [...Map.groupBy(past, (one) => one.engine)].map(([name, times]) => [
          name,
          times.map(({ runSeconds }) => runSeconds),
        ]),
      ),
    });
  }

  /**
   * Asks only engines that may do: a virtual machine, which takes seconds to prove itself, where one is wanted. All are asked
   * where none of these will do, so that each can say why.
   */
  async function toRun(request: NewRunRequest): Promise<Plan> {
    const { workload, level, engine } = request;
    const wanted = engine ?? (level ? undefined : workload.engine);
    const at = level ?? (engine ? undefined : workload.level);
    const quick = (one: LevelEngine): boolean =>
      (one.abilities.image === "required") === (workload.image !== undefined) &&
      (wanted === undefined || one.name === wanted) &&
      (at === undefined ? wanted !== undefined || one.level !== "vm" : one.level === at);
    const plan = await planFor(request, quick);
    const feasible = plan.candidates.some(({ refusals }) => refusals.length === 0);
    return feasible ? plan : planFor(request, () => true);
  }

  return { all: (request) => planFor(request, () => true), toRun };
}
