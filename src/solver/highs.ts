import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type {
  MixedIntegerModel,
  MixedIntegerSolution,
  Solve,
} from "../planner/placement/mixed-integer.ts";
import type { SolveRequest, WorkerMessage } from "./highs-worker.ts";

export interface Highs extends AsyncDisposable {
  /** One model after the other, in the order of the calls. */
  readonly solve: Solve;
}

export interface HighsOptions {
  /** Seconds after its time limit when HiGHS is stopped from outside: some of its parts do not look at the clock. */
  readonly grace?: number;
}

/**
 * HiGHS in a thread of its own, so that this one goes on meanwhile, and so that it can be stopped. The thread starts with the first model;
 * it keeps no process alive that has nothing else to do.
 */
export function createHighs({ grace = 2 }: HighsOptions = {}): Highs {
  let worker: Promise<Worker> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const stop = async (): Promise<void> => {
    const stopping = worker;
    worker = undefined;
    await (await stopping)?.terminate();
  };
  const solveNow = async (request: SolveRequest): Promise<MixedIntegerSolution> => {
    try {
      worker ??= started();
      const answer = await answerOf(await worker, request, request.seconds + grace);
      if (answer !== null) return answer;
      await stop();
      return {
        ...nothing,
        status: "time limit",
        detail: "HiGHS did not end in time and was stopped",
      };
    } catch (error) {
      worker = undefined;
      return { ...nothing, status: "failed", detail: String(error) };
    }
  };
  return {
    solve(model: MixedIntegerModel, seconds: number) {
      const solution = last.then(() => solveNow({ model, seconds }));
      last = solution;
      return solution;
    },
    [Symbol.asyncDispose]: stop,
  };
}

const nothing = { values: null, bound: Number.NEGATIVE_INFINITY } as const;

async function started(): Promise<Worker> {
  const worker = new Worker(new URL("highs-worker.ts", import.meta.url));
  await once(worker, "message");
  worker.unref();
  return worker;
}

/** `null` where it takes more seconds than `most`. Throws where the thread fails. */
async function answerOf(
  worker: Worker,
  request: SolveRequest,
  most: number,
): Promise<MixedIntegerSolution | null> {
  const control = new AbortController();
  const { signal } = control;
  worker.ref();
  try {
    const answers = once(worker, "message", { signal }) as Promise<[WorkerMessage]>;
    worker.postMessage(request, []);
    const late = delay(most * 1000, null, { signal });
    const first = await Promise.race([answers, late]);
    return first === null || first[0] === "ready" ? null : first[0];
  } finally {
    control.abort();
    worker.unref();
  }
}
