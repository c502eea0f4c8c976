import { isLocal, type Plan, type Refusal } from "../model/plan.ts";
import { forecastOf } from "../model/forecast.ts";
import type { Image } from "../model/image.ts";
import type { Run } from "../model/run.ts";
import type { Workload } from "../model/workload.ts";
import { AloftError } from "../base/errors.ts";

export interface NewRunRequest {
  readonly id: string;
  readonly workload: Workload;
  readonly origin: string;
  readonly plan: Plan;
  readonly folderOf: (id: string) => string;
  /** The image, where it is there already. */
  readonly image?: Image | undefined;
  readonly now: number;
}

/** The records of a new run: one, or an array and each of its tasks. Throws `refused` where nothing can run it. */
export function newRuns(request: NewRunRequest): [Run, ...Run[]] {
  const { workload, id } = request;
  const run = newRun(request);
  if (workload.parallel.kind !== "array") return [run];
  const { values } = workload.parallel;
  const count = values?.length ?? workload.parallel.count ?? 1;
  const tasks = Array.from({ length: count }, (_, index): Run => {
    const value = values?.[index];
    const task = {
      array: id,
      index,
      count,
      ...(value === undefined ? {} : { value: String(value) }),
    };
    const taskId = `${id}.${index}`;
    return { ...run, id: taskId, folder: request.folderOf(taskId), task };
  });
  return [{ ...run, tasks: { queued: count } }, ...tasks];
}

function newRun({ id, workload, origin, plan, folderOf, image, now }: NewRunRequest): Run {
  const best = plan.candidates.filter(isLocal).find(({ refusals }) => refusals.length === 0);
  if (!best) throw nothingFits(plan);
  return {
    id,
    name: workload.name ?? "run",
    state: "queued",
    reason: null,
    exitCode: null,
    signal: null,
    level: best.level,
    engine: best.engine,
    choice: best.reasons.join("; "),
    image: workload.image
      ? { digest: image?.digest ?? null, name: image?.names[0] ?? workload.image.from }
      : null,
    predicted: best.predicted,
    forecast: forecastOf(best.time),
    timings: { queued: null, staging: null, starting: null, running: null },
    usage: { cpuSeconds: null, maxMemoryBytes: null, outputBytes: null },
    outputs: [],
    metrics: {},
    folder: folderOf(id),
    createdAt: now,
    startedAt: null,
    endedAt: null,
    task: null,
    tasks: null,
    cancelRequested: false,
    fingerprint: plan.fingerprint,
    workload,
    origin,
  };
}

/** The refusal that tells most: of the candidates that the user did not exclude, where there are any. */
function nothingFits(plan: Plan): AloftError {
  const wanted = plan.candidates.filter((one) =>
    one.refusals.every(({ code }) => code !== "pinned"),
  );
  const told = wanted.length > 0 ? wanted : plan.candidates;
  const lines = told.map(
    ({ level, engine, refusals }) =>
      `${level} (${engine}): ${refusals.map(({ message }) => message).join("; ")}`,
  );
  const remedies = new Set(told.flatMap(({ refusals }) => cure(refusals) ?? []));
  return new AloftError("refused", `nothing here can run it:\n  ${lines.join("\n  ")}`, {
    hint:
      remedies.size > 0
        ? [...remedies].join("; or ")
        : "`aloft doctor` tells what this machine can do",
    details: told,
  });
}

/** What makes a candidate possible; `undefined` where one of its refusals has no remedy, so that the others' are in vain. */
function cure(refusals: readonly Refusal[]): string | undefined {
  const remedies = refusals.flatMap(({ remedy }) => remedy ?? []);
  return remedies.length === refusals.length ? remedies.join(", and ") : undefined;
}
