import type { Clock } from "../base/clock.ts";
import { AloftError } from "../base/errors.ts";
import type { LevelEngine } from "../levels/level.ts";
import type { Image, Recipe } from "../model/image.ts";
import type { EngineName, Level } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Ranking, Plan } from "../model/plan.ts";
import { requireSound } from "../model/workload-checks.ts";
import { fingerprint } from "../model/workload-fingerprint.ts";
import type { Workload } from "../model/workload.ts";
import { localCandidates } from "../planner/local-candidates.ts";
import type { LocalFacts } from "../planner/local-terms.ts";
import { isFeasible, makePlan } from "../planner/plan.ts";
import type { Wish } from "../planner/rank.ts";
import type { Platform } from "../platforms/platform.ts";
import type { PastRun, Storage } from "../storage/storage.ts";
import type { ImageSource } from "./driver.ts";
import type { EngineReports } from "./engine-reports.ts";
import { inputBytes } from "./inputs.ts";
import type { Recorder } from "./recorder.ts";
import { currency, type Elsewhere, platformHere } from "./elsewhere.ts";
import type { StartTimes } from "./start-times.ts";

/** Past runs that a prediction rests on, at the most. */
const historyLimit = 200;

export interface NewRunRequest {
  readonly workload: Workload;
  readonly origin: string;
  readonly level?: Level | undefined;
  readonly engine?: EngineName | undefined;
  readonly key?: string | undefined;
}

/** What a plan is asked for besides the run itself; times in seconds, money in the plan's currency. */
export interface PlanQuestion extends NewRunRequest {
  readonly objective?: Ranking | undefined;
  readonly deadline?: number | undefined;
  readonly budget?: number | undefined;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly top: number;
  readonly spot: boolean;
  readonly about: readonly string[];
  /** Bits per second. */
  readonly uplink?: number | undefined;
}

export interface PlanningParts {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly reports: EngineReports;
  readonly recorder: Recorder;
  readonly images: ImageSource;
  readonly starts: StartTimes;
  /** When what a workload asks for is free here. */
  readonly queueTerm: (workload: Workload) => LocalFacts["queue"];
  /** What can be rented, and what runs of other scales tell. */
  readonly elsewhere: (question: PlanQuestion, facts: RentedFacts) => Promise<Elsewhere>;
}

/** What is known here that predictions for other places rest on. */
export interface RentedFacts {
  readonly imageArchitecture: string | undefined;
  readonly imageBytes: number | null;
  readonly inputBytes: number | null;
  readonly outputBytes: number | null;
  /** ISO date of today. */
  readonly date: string;
}

/** What is known of a workload on this machine. */
interface Known {
  readonly print: string;
  readonly past: readonly PastRun[];
  readonly image: Image | undefined;
  readonly facts: LocalFacts;
}

/** Plans with what this machine can do, what can be rented, and what past runs have shown. */
export interface Planning {
  /** Of every engine, and of everything that can be rented. */
  all(question: PlanQuestion): Promise<Plan>;
  /** For a run that is to start: no engine is asked that would not be chosen. */
  toRun(request: NewRunRequest): Promise<Plan>;
}

export function createPlanning(parts: PlanningParts): Planning {
  const { storage, platform, machine, reports, recorder } = parts;

  /** Succeeded runs of a workload that are not in storage's history yet. */
  function justEnded(print: string): PastRun[] {
    return Array.from(recorder.allUnwritten()).flatMap((run) => {
      const { state, fingerprint: mine, engine, timings, tasks } = run;
      const counts = state === "succeeded" && mine === print && tasks === null;
      if (!counts || timings.running === null) return [];
      const [runSeconds, startSeconds] = [timings.running, timings.starting];
      return [{ engine, runSeconds, startSeconds, endedAt: run.endedAt ?? 0 }];
    });
  }

  /** A source that cannot be read is told by the run that needs it, with the words of its build. */
  async function builtImage(recipe: Recipe, origin: string): Promise<Image | undefined> {
    return parts.images.built(recipe, origin).catch((error: unknown) => {
      if (error instanceof AloftError && error.code !== "internal") return undefined;
      throw error;
    });
  }

  async function known({ workload, origin }: NewRunRequest): Promise<Known> {
    requireSound(workload);
    const print = fingerprint(workload);
    const past = [...justEnded(print), ...(await storage.history(print, historyLimit))];
    const image = workload.image && (await builtImage(workload.image, origin));
    const bytes = workload.inputs.length === 0 ? 0 : await inputBytes(workload.inputs, origin);
    const facts: LocalFacts = {
      queue: parts.queueTerm(workload),
      starts: (engine) => parts.starts.of(engine),
      image: workload.image && { present: image !== undefined, buildSeconds: null },
      inputBytes: bytes,
    };
    return { print, past, image, facts };
  }

  async function local(
    request: NewRunRequest,
    { past, facts, localRun }: Known & Partial<Pick<Elsewhere, "localRun">>,
    chosen: (engine: LevelEngine) => boolean,
  ) {
    const { workload, level, engine } = request;
    return localCandidates({
      workload,
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
      facts,
      ...(localRun ? { otherwise: localRun } : {}),
    });
  }

  async function all(question: PlanQuestion): Promise<Plan> {
    const { workload, only, exclude, top, about } = question;
    const facts = await known(question);
    const isHere =
      (only.length === 0 || only.includes(platformHere)) && !exclude.includes(platformHere);
    const rents = only.length === 0 || only.some((name) => name !== platformHere);
    const { image } = facts;
    const { rented, localRun } = await parts.elsewhere(question, {
      imageArchitecture: image?.architecture,
      imageBytes: image?.bytes ?? null,
      inputBytes: facts.facts.inputBytes,
      // What a run leaves is known once one has ended here, or where the workload tells.
      outputBytes: workload.outputs.length === 0 ? 0 : null,
      date: new Date(parts.clock.now() * 1000).toISOString().slice(0, 10),
    });
    return makePlan({
      ...{ workload, currency, top, about, fingerprint: facts.print, wish: wishOf(question) },
      local: isHere ? await local(question, { ...facts, localRun }, () => true) : [],
      ...(rents ? { rented } : {}),
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
    const facts = await known(request);
    const some = await local(request, facts, quick);
    const candidates = some.some(isFeasible) ? some : await local(request, facts, () => true);
    return makePlan({
      ...{ workload, currency, fingerprint: facts.print, local: candidates },
      ...{ wish: { objective: "fastest" }, top: 0, about: [] },
    });
  }

  return { all, toRun };
}

/**
 * What the command line says wins over what the workload says. Where neither names an objective: with a deadline the least cost that is
 * in time, with a budget the least time that can be paid, else what the workload minimises.
 */
function wishOf({ workload: { objective: own }, ...asked }: PlanQuestion): Wish {
  const deadline = asked.deadline ?? own?.deadline;
  const budget = asked.budget ?? own?.budget;
  const minimised = own?.minimise === "cost" ? "cheapest" : "fastest";
  const implied =
    own?.minimise !== undefined
      ? minimised
      : deadline !== undefined
        ? "deadline"
        : budget !== undefined
          ? "budget"
          : "fastest";
  return { objective: asked.objective ?? implied, deadline, budget };
}
