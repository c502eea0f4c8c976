import { setInterval } from "node:timers";
import type { Clock } from "../base/clock.ts";
import { AloftError } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { LevelEngine } from "../levels/level.ts";
import type { EngineReport } from "../model/level.ts";
import type { Machine } from "../model/machine.ts";
import type { Accuracy } from "../model/accuracy.ts";
import type { Plan } from "../model/plan.ts";
import type { Term } from "../model/estimate.ts";
import { hasEnded, type Run, type RunState } from "../model/run.ts";
import type { Workload } from "../model/workload.ts";
import type { Pin } from "../planner/local-candidates.ts";
import { accuracyOf } from "../planner/accuracy.ts";
import { askedMemory } from "../planner/resources.ts";
import { askedCpus } from "../model/asked-cpus.ts";
import { type Holding, localWait } from "../planner/wait/local-wait.ts";
import type { Observed, Platform } from "../platforms/platform.ts";
import type { RunFilter, Storage } from "../storage/storage.ts";
import { type ActiveRun, createActiveRuns } from "./active-runs.ts";
import { createArrayFollower } from "./arrays.ts";
import { createDriver, type ImageSource } from "./driver.ts";
import { createEngineReports, type ProbeCache } from "./engine-reports.ts";
import { newRuns } from "./new-runs.ts";
import { createPlanning, type NewRunRequest, type PlanQuestion } from "./planning.ts";
import { createElsewhere, type OfferSource } from "./elsewhere.ts";
import { createRecorder } from "./recorder.ts";
import { type Demand, free, startable } from "./schedule.ts";
import { createStartTimes } from "./start-times.ts";

/** How often every run is looked at although nothing was heard of it, in milliseconds. */
const lookInterval = 2000;
/** Waiting runs that one look at the queue considers: backfill beyond gains nothing and costs time. */
const queueLook = 1000;

function byAge(a: Run, b: Run): number {
  return a.createdAt - b.createdAt || (a.task?.index ?? -1) - (b.task?.index ?? -1);
}

/** The newest runs tell how good predictions are now; older ones how good they were. */
const scoredRuns = 1000;

export interface EngineParts {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly engines: readonly LevelEngine[];
  readonly images: ImageSource;
  readonly machine: Machine;
  readonly offers: OfferSource;
  readonly clock: Clock;
  readonly probeCache: ProbeCache;
  readonly folderOf: (id: string) => string;
  /** For what goes wrong while nobody asked. */
  readonly report: (message: string) => void;
}

/** Holds the queue, starts what fits, follows every run to its end and keeps the records. */
export interface Engine extends AsyncDisposable {
  plan(question: PlanQuestion): Promise<Plan>;
  /** How well the latest runs were predicted. */
  accuracy(): Promise<Accuracy>;
  /** The same `key` gives the same run. Resolves when the run is recorded for good. */
  create(request: NewRunRequest): Promise<Run>;
  /** By id, unique start of an id, or name (then the newest). Throws `not-found` or, for several, `bad-input`. */
  find(reference: string): Promise<Run>;
  list(filter: RunFilter): Promise<Run[]>;
  counts(): Promise<Partial<Record<RunState, number>>>;
  /** The run when it has ended, or as it is when `signal` aborts. */
  wait(reference: string, signal: AbortSignal): Promise<Run>;
  cancel(reference: string, options: { now: boolean }): Promise<Run>;
  rerun(reference: string, pin: Pin): Promise<Run>;
  reports(fresh: boolean): Promise<EngineReport[]>;
  /** What runs hold now. */
  used(): { cpus: number; memoryBytes: number };
  /** Digests of images that runs need. */
  imagesInUse(): Set<string>;
}

/** Takes up where the last server stopped: every run that had not ended is adopted or ended with its true outcome. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { storage, platform, machine, clock, report } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  const recorder = createRecorder(storage, report, signal);
  const arrays = createArrayFollower(() => runs);
  const starts = await createStartTimes(storage, parts.engines);
  const runs = createActiveRuns(recorder, clock, (run, before) => {
    arrays.taskMoved(run, before);
    starts.ended(run);
  });
  const reports = createEngineReports(parts.engines, parts.probeCache);
  const planning = createPlanning({
    ...parts,
    ...{ reports, recorder, starts },
    queueTerm,
    elsewhere: createElsewhere({ ...parts, recorder }),
  });
  /** Runs and tasks that wait, oldest first. Arrays themselves wait for nothing. */
  const waiting = new Map<string, ActiveRun>();
  const holding = new Map<string, ActiveRun>();
  const driver = createDriver({ ...parts, active: runs, signal, ended });

  function demand({ run }: ActiveRun): Demand {
    const { workload } = run;
    const limit = workload.resources.time;
    const begun = run.startedAt ?? clock.now();
    return {
      id: run.id,
      cpus: askedCpus(workload),
      memoryBytes: askedMemory(workload, machine),
      secondsLeft: limit === undefined ? Number.POSITIVE_INFINITY : limit - (clock.now() - begun),
    };
  }

  /** When what a workload asks for is free, as far as the time limits and predictions of what runs tell. */
  function queueTerm(workload: Workload): Term {
    const asked = { cpus: askedCpus(workload), memoryBytes: askedMemory(workload, machine) };
    return localWait(asked, {
      capacity: machine,
      running: Array.from(holding.values(), heldBy),
      waiting: waiting.values().take(queueLook).map(heldBy).toArray(),
    });
  }

  function heldBy(active: ActiveRun): Holding {
    const { cpus, memoryBytes, secondsLeft } = demand(active);
    const forecast = active.run.forecast?.running ?? null;
    const limit = Number.isFinite(secondsLeft) ? secondsLeft : null;
    const spent = active.run.startedAt === null ? 0 : clock.now() - active.run.startedAt;
    const left = (seconds: number): number =>
      Math.min(limit ?? Number.POSITIVE_INFINITY, Math.max(0, seconds - spent));
    if (forecast)
      return {
        cpus,
        memoryBytes,
        seconds: {
          low: left(forecast.low),
          median: left(forecast.median),
          high: left(forecast.high),
        },
      };
    // A limit alone says when it must have ended, not when it will have.
    return {
      cpus,
      memoryBytes,
      seconds: limit === null ? null : { low: 0, median: limit, high: limit },
    };
  }

  function schedule(): void {
    if (waiting.size === 0 || signal.aborted) return;
    const first = waiting.values().take(queueLook).map(demand).toArray();
    const held = Array.from(holding.values(), demand);
    for (const id of startable(machine, held, first)) {
      const active = waiting.get(id);
      if (!active) continue;
      waiting.delete(id);
      holding.set(id, active);
      runs.move(active, "staging");
      driver.drive(active);
    }
  }

  function ended(active: ActiveRun): void {
    holding.delete(active.run.id);
    schedule();
  }

  function enqueue(run: Run): void {
    const active = runs.add(run);
    if (run.tasks) arrays.follow(run);
    else if (run.state === "queued") waiting.set(run.id, active);
    else {
      holding.set(run.id, active);
      driver.drive(active);
    }
  }

  async function recover(): Promise<void> {
    const active = (await storage.listRuns({ active: true, tasks: true })).toSorted(byAge);
    const found = await platform.list(signal);
    const alive = new Set(active.map(({ id }) => id));
    for (const run of active) {
      const tasks = run.tasks && (await storage.countStates(run.id));
      enqueue(tasks ? { ...run, tasks } : run);
    }
    arrays.settle();
    for (const { id, state } of found) if (!alive.has(id)) await orphan(id, state);
    schedule();
  }

  /** A job whose run is not recorded as in flight: a server was killed before it gave back what the job held. */
  async function orphan(id: string, state: Observed["state"]): Promise<void> {
    if (state === "vanished") await platform.release(id, signal);
    if (state === "running" || state === "waiting")
      report(`${parts.folderOf(id)} holds a job that no record knows; it is left alone`);
  }

  /** A run that storage does not have as it is. */
  function known(id: string): Run | undefined {
    return runs.all.get(id)?.run ?? recorder.unwritten(id);
  }

  async function current(id: string): Promise<Run | undefined> {
    return known(id) ?? (await storage.getRun(id));
  }

  async function create(request: NewRunRequest): Promise<Run> {
    const plan = await planning.toRun(request);
    const id = randomId();
    const { workload, origin, key } = request;
    const { folderOf } = parts;
    const records = newRuns({ id, workload, origin, plan, folderOf, now: clock.now() });
    const earlier = await storage.insertRuns(records, key);
    if (earlier) return (await current(earlier.id)) ?? earlier;
    for (const run of records) enqueue(run);
    schedule();
    return records[0];
  }

  async function find(reference: string): Promise<Run> {
    const live = known(reference);
    if (live) return live;
    const found = await storage.findRuns(reference);
    const [newest, second] = found;
    if (!newest)
      throw new AloftError("not-found", `there is no run "${reference}"`, {
        hint: "`aloft ps --all` lists the runs",
      });
    if (second && newest.name !== reference)
      throw new AloftError("bad-input", `"${reference}" is the start of several runs`, {
        hint: `one of ${found.map(({ id }) => id).join(", ")}`,
      });
    return (await current(newest.id)) ?? newest;
  }

  async function cancelOne(active: ActiveRun, now: boolean): Promise<void> {
    const { state, id } = active.run;
    runs.change(active, { cancelRequested: true });
    if (state === "queued") {
      waiting.delete(id);
      runs.move(active, "cancelled", { reason: "cancelled before it started" });
    } else if (state === "staging") {
      active.staging.abort();
      driver.drive(active);
    } else {
      active.stopping = true;
      await platform.cancel(id, { now }, signal);
      driver.drive(active);
    }
  }

  await recover();
  const watching = platform.watch((id) => {
    const active = runs.all.get(id);
    if (active) driver.drive(active);
  });
  const looking = setInterval(() => {
    for (const active of holding.values()) driver.drive(active);
    schedule();
  }, lookInterval);

  return {
    plan: (question) => planning.all(question),
    accuracy: async () => accuracyOf(await storage.succeeded(scoredRuns), platform.name),
    create,
    find,
    async list(filter) {
      const listed = (await storage.listRuns(filter)).map((run) => known(run.id) ?? run);
      return filter.active ? listed.filter(({ state }) => !hasEnded(state)) : listed;
    },
    counts: () => storage.countStates(),
    async wait(reference, until) {
      const run = await find(reference);
      if (!runs.all.has(run.id)) return run;
      const ended = await runs.ended(run.id, AbortSignal.any([until, signal]));
      return ended ?? (await current(run.id)) ?? run;
    },
    async cancel(reference, { now }) {
      const run = await find(reference);
      const asked = runs.all.get(run.id);
      if (run.tasks && asked) runs.change(asked, { cancelRequested: true });
      const concerned = runs.all
        .values()
        .filter(({ run: { id, task } }) => id === run.id || task?.array === run.id);
      for (const active of concerned.toArray()) if (!active.run.tasks) await cancelOne(active, now);
      return (await current(run.id)) ?? run;
    },
    async rerun(reference, pin) {
      const { workload, origin } = await find(reference);
      return create({ workload, origin, ...pin });
    },
    reports: (fresh) => reports.of(() => true, fresh),
    used() {
      const left = free(machine, Array.from(holding.values(), demand));
      return {
        cpus: machine.cpus - left.cpus,
        memoryBytes: machine.memoryBytes - left.memoryBytes,
      };
    },
    imagesInUse: () =>
      new Set(Array.from(runs.all.values()).flatMap(({ run }) => run.image?.digest ?? [])),
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      watching[Symbol.dispose]();
      await recorder.settled();
      stop.abort();
    },
  };
}
