import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Run } from "../model/run.ts";
import { buildImage } from "./build.ts";
import type { Context } from "./command.ts";
import { followStream, type StreamName, waitForRun } from "./follow-run.ts";
import { createProgress, type Progress } from "./progress.ts";
import { hasEnded } from "./run-states.ts";
import { tasksEnded } from "./run-text.ts";

/** A run that is staged for longer is told of, in milliseconds. */
const patience = 300;
/** How often an array is looked at for its progress, in seconds. */
const arrayInterval = 1;

/**
 * Stays with a run until it has ended: its streams go byte for byte to ours unless `silent`, an interrupt cancels it (a
 * second one at once). Resolves with the run as it ended.
 */
export async function attach(
  context: Context,
  run: Run,
  { silent, quiet }: { readonly silent: boolean; readonly quiet: boolean },
): Promise<Run> {
  const { connection, host, signal } = context;
  using progress = createProgress(host.stderr, quiet);
  using _ = host.onInterrupt(canceller(context, run, progress));
  const begun = new AbortController();
  const finished = new AbortController();
  const here = AbortSignal.any([signal, finished.signal]);
  // A program whose reader has gone is ended, as its own SIGPIPE would have done.
  signal.addEventListener("abort", () => void cancel(context, run, false));
  const ended = waitForRun(connection, run.id, {
    signal: here,
    ...(run.tasks ? { every: arrayInterval } : {}),
    onLook: (now) => {
      // Before that, the staging has more to tell.
      if (now.tasks && now.state === "running") showTasks(now);
    },
  });
  const staging = setTimeout(() => {
    void showStaging(context, run, progress, AbortSignal.any([here, begun.signal]));
  }, patience);
  const first = (): void => {
    clearTimeout(staging);
    begun.abort();
    progress.clear();
  };
  let told = -1;
  /** Each look on a terminal; elsewhere each tenth of the tasks, for an array may have very many. */
  function showTasks(now: Run): void {
    const { text, tenth } = tasksEnded(now);
    if (host.stderr.terminal || tenth !== told) progress.show(text);
    told = tenth;
  }

  try {
    const copies = run.tasks || silent ? [] : (["stdout", "stderr"] as const).map(copy);
    const [last] = await Promise.all([ended, ...copies]);
    if (last.tasks && !host.stderr.terminal) showTasks(last);
    return last;
  } finally {
    first();
    finished.abort();
  }

  async function copy(stream: StreamName): Promise<void> {
    const target = host[stream].stream;
    const bytes = followStream(connection, { id: run.id, stream, signal: here, ended });
    for await (const chunk of bytes) {
      first();
      await write(target, chunk, signal);
    }
  }
}

/** Resolves when `stream` takes more; rejects when nobody reads it any more. */
export async function write(
  stream: Writable,
  chunk: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!stream.write(chunk)) await once(stream, "drain", { signal });
}

function canceller(context: Context, run: Run, progress: Progress): () => void {
  let asked = 0;
  return () => {
    asked += 1;
    progress.clear();
    if (asked === 1) context.note("cancelling; a second Ctrl-C ends it at once");
    void cancel(context, run, asked > 1);
  };
}

async function cancel({ connection, note }: Context, { id }: Run, now: boolean): Promise<void> {
  try {
    await connection.repeatable("cancelRun", { params: { id }, body: { now } });
  } catch (error) {
    note(`it could not be cancelled: ${(error as Error).message}`);
  }
}

/** What happens before a run begins: the wait for its turn, and the build of its image, which is joined to hear of it. */
async function showStaging(
  { connection }: Context,
  { id, workload, origin }: Run,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const look = (): Promise<Run> => connection.client("getRun", { params: { id }, signal });
  try {
    for (let run = await look(); !hasEnded(run.state) && !signal.aborted; run = await look()) {
      if (run.state === "running") return;
      if (run.state === "staging" && workload.image) {
        const asked = { recipe: workload.image, origin };
        await buildImage(connection, asked, { progress, signal });
        return;
      }
      const why = run.reason ?? (run.state === "queued" ? "waiting for cpus and memory" : "");
      progress.show(run.state, why);
      await new Promise((resolve) => {
        setTimeout(resolve, patience);
      });
    }
  } catch {
    // The run itself tells what went wrong.
  }
}
