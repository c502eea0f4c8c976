import { join } from "node:path";
import { asAloftError } from "../base/errors.ts";
import type { LevelEngine } from "../levels/level.ts";
import type { ExitRecord } from "../model/exit-record.ts";
import type { Image, Recipe } from "../model/image.ts";
import { jobFiles } from "../model/job.ts";
import type { Machine } from "../model/machine.ts";
import type { Run } from "../model/run.ts";
import type { Platform } from "../platforms/platform.ts";
import type { ActiveRun, ActiveRuns } from "./active-runs.ts";
import { compile } from "./compile.ts";
import { stageInputs } from "./inputs.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { Outcome } from "./outcome.ts";
import { collectResults, type Results } from "./results.ts";

/** What the driver needs of an image store. */
export interface ImageSource {
  /** The image of a recipe, built where it is not there yet. */
  provide(
    recipe: Recipe,
    options: { origin: string; onProgress: (message: string) => void; signal: AbortSignal },
  ): Promise<Image>;
  /** The image of a recipe where it is here already. */
  built(recipe: Recipe, origin: string): Promise<Image | undefined>;
  squashfs(image: Image): string;
}

export interface DriverParts {
  readonly platform: Platform;
  readonly engines: readonly LevelEngine[];
  readonly images: ImageSource;
  readonly machine: Machine;
  readonly active: ActiveRuns;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
  /** Called when a run has ended and its cpus are free. */
  readonly ended: (active: ActiveRun) => void;
}

/** How long until a platform that did not answer is asked again, in milliseconds. */
const retryDelay = 1000;
/** How long the answer to whoever waits for a run goes before the clean-up after it, in milliseconds. */
const releaseDelay = 5;

/** Brings runs from staging to their end. `drive` may be called at any time, for any reason. */
export function createDriver(parts: DriverParts): { drive(active: ActiveRun): void } {
  const { platform, engines, images, active: runs, signal } = parts;
  const driving = new Map<ActiveRun, { again: boolean }>();
  /** What was staged for a run besides its folder. */
  const stagedImages = new WeakMap<ActiveRun, Image>();

  function drive(active: ActiveRun): void {
    const under = driving.get(active);
    if (under) {
      under.again = true;
      return;
    }
    driving.set(active, { again: false });
    void loop(active).finally(() => driving.delete(active));
  }

  async function loop(active: ActiveRun): Promise<void> {
    const mine = driving.get(active);
    try {
      do {
        if (mine) mine.again = false;
        while (runs.all.has(active.run.id) && (await advance(active)));
      } while (mine?.again && !signal.aborted);
    } catch (error) {
      if (signal.aborted) return;
      parts.report(`run ${active.run.id}: ${asAloftError(error).message}; asking again`);
      const timer = setTimeout(() => drive(active), retryDelay);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    }
  }

  /** One step. `true` where another may follow at once. */
  async function advance(active: ActiveRun): Promise<boolean> {
    const { state, id } = active.run;
    const submitted = state === "starting" || state === "running";
    const observed = submitted ? await platform.observe(id, signal) : undefined;
    return execute(active, nextStep(active.run, observed));
  }

  async function execute(active: ActiveRun, step: Step): Promise<boolean> {
    switch (step.do) {
      case "wait":
        return false;
      case "stage":
        return attempt(active, async () => {
          await stage(active);
          runs.move(active, "starting");
          return true;
        });
      case "submit":
        return attempt(active, async () => {
          if (!active.staged) await stage(active);
          if (active.run.cancelRequested) await stop(active);
          await platform.submit(job(active), signal);
          return false;
        });
      case "note-running":
        runs.move(active, "running", { startedAt: step.startedAt });
        return true;
      case "stop":
        if (!active.stopping) await stop(active);
        return false;
      case "finish":
        await finish(active, step.outcome, step.exit);
        return false;
    }
  }

  async function stop(active: ActiveRun): Promise<void> {
    active.stopping = true;
    await platform.cancel(active.run.id, { now: false }, signal);
  }

  /** What fails before the job began ends the run with that reason. */
  async function attempt(active: ActiveRun, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (thrown) {
      if (signal.aborted) return false;
      if (active.staging.signal.aborted) return true;
      const { message, hint } = asAloftError(thrown);
      const reason = hint ? `${message} (${hint})` : message;
      await finish(active, { state: "failed", reason, exitCode: null, signal: null });
      return false;
    }
  }

  async function stage(active: ActiveRun): Promise<void> {
    const { run } = active;
    const { workload, origin } = run;
    const stop = AbortSignal.any([signal, active.staging.signal]);
    const engine = engineOf(active);
    const image = workload.image && (await provide(active, workload.image, stop));
    const need = engine.staging;
    active.staged = await platform.stage(
      image && need !== "none"
        ? { id: run.id, image: { squashfs: images.squashfs(image), need } }
        : { id: run.id },
      stop,
    );
    await stageInputs(workload.inputs, origin, join(active.staged.folder, jobFiles.work), stop);
  }

  async function provide(active: ActiveRun, recipe: Recipe, stop: AbortSignal): Promise<Image> {
    const image = await images.provide(recipe, {
      origin: active.run.origin,
      onProgress: (message) => runs.change(active, { reason: message }, false),
      signal: stop,
    });
    stagedImages.set(active, image);
    const { digest, names } = image;
    runs.change(active, { image: { digest, name: names[0] ?? recipe.from } }, false);
    return image;
  }

  function job(active: ActiveRun) {
    const record = stagedImages.get(active);
    const staged = active.staged?.image;
    return compile({
      run: active.run,
      engine: engineOf(active),
      machine: parts.machine,
      folder: active.staged?.folder ?? active.run.folder,
      ...(record && staged ? { image: { record, staged } } : {}),
    });
  }

  function engineOf(active: ActiveRun): LevelEngine {
    const engine = engines.find(({ name }) => name === active.run.engine);
    if (!engine) throw new Error(`no engine ${active.run.engine}`);
    return engine;
  }

  async function finish(active: ActiveRun, outcome: Outcome, exit?: ExitRecord): Promise<void> {
    const { run } = active;
    const results = exit ? await resultsOf(run) : undefined;
    const { outputBytes = null, ...found } = results ?? {};
    runs.move(active, outcome.state, {
      ...outcome,
      ...found,
      ...(exit ? endTimes(active, exit) : {}),
      usage: {
        cpuSeconds: exit?.cpuSeconds ?? null,
        maxMemoryBytes: exit?.maxMemoryBytes ?? null,
        outputBytes,
      },
    });
    parts.ended(active);
    const releasing = setTimeout(() => release(run.id), releaseDelay);
    signal.addEventListener("abort", () => clearTimeout(releasing), { once: true });
  }

  /** A run has ended even where its outputs cannot be read: that is told, and its cpus are not held for it. */
  async function resultsOf(run: Run): Promise<Results | undefined> {
    try {
      return await collectResults(run);
    } catch (error) {
      parts.report(`run ${run.id}: its outputs cannot be read: ${asAloftError(error).message}`);
      return undefined;
    }
  }

  /** Giving back what a run held is nobody's wait: a server that ends before it, or fails, does it at its next start. */
  function release(id: string): void {
    platform.release(id, signal).catch((error: unknown) => {
      if (!signal.aborted) parts.report(`run ${id}: ${asAloftError(error).message}`);
    });
  }

  return { drive };
}

/** Times from the exit record, which saw the job begin and end even when no server did. */
function endTimes({ run, enteredAt }: ActiveRun, exit: ExitRecord): Partial<Run> {
  const starting = run.timings.starting ?? Math.max(0, exit.startedAt - enteredAt);
  // The record has hundredths of seconds; a difference of such numbers has digits that mean nothing.
  const running = Math.max(0, Math.round((exit.endedAt - exit.startedAt) * 100) / 100);
  const startedAt = Math.max(run.createdAt, exit.startedAt);
  const endedAt = Math.max(startedAt, exit.endedAt);
  return { timings: { ...run.timings, starting, running }, startedAt, endedAt };
}
