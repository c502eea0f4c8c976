import { AloftError } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { Run } from "../model/run.ts";
import type { Context } from "./command.ts";
import { waitForRun } from "./follow-run.ts";
import type { Request } from "./workload-options.ts";

/** Makes runs one at a time for a command that measures. */
export interface Supervisor extends Disposable {
  /** Aborts with `cancelled` at an interrupt. */
  readonly signal: AbortSignal;
  /** The run when it has ended, and the seconds from its submission to then. `onTick` is called with the seconds so far. */
  readonly measure: (
    body: Request,
    onTick: (seconds: number) => void,
  ) => Promise<{ readonly run: Run; readonly seconds: number }>;
}

/** An interrupt cancels the run that goes on, a second one at once, and ends `what`, such as "the comparison". */
export function createSupervisor(
  { connection, host, signal: reading }: Context,
  what: string,
): Supervisor {
  const control = new AbortController();
  const signal = AbortSignal.any([reading, control.signal]);
  let current: string | undefined;
  let interrupts = 0;
  const interrupted = host.onInterrupt(() => {
    interrupts += 1;
    control.abort(new AloftError("cancelled", `${what} was interrupted`));
    if (current === undefined) return;
    const call = { params: { id: current }, body: { now: interrupts > 1 } };
    // It ends by itself where it cannot be cancelled.
    connection.repeatable("cancelRun", call).catch(() => undefined);
  });

  return {
    signal,
    [Symbol.dispose]: () => interrupted[Symbol.dispose](),
    async measure(body, onTick) {
      signal.throwIfAborted();
      const begun = performance.now();
      const elapsed = (): number => (performance.now() - begun) / 1000;
      onTick(0);
      const timer = setInterval(() => onTick(elapsed()), 200);
      try {
        const call = { body: { ...body, key: randomId(20) } };
        const { id } = await connection.repeatable("createRun", call);
        current = id;
        const run = await waitForRun(connection, id);
        const seconds = elapsed();
        signal.throwIfAborted();
        return { run, seconds };
      } finally {
        current = undefined;
        clearInterval(timer);
      }
    },
  };
}
