import type { Run } from "../model/run.ts";
import type { Observed } from "../platforms/platform.ts";
import { lostOutcome, type Outcome, outcomeOf } from "./outcome.ts";

/** What is to be done for one run now. Every step can be repeated safely. */
export type Step =
  | { readonly do: "wait" }
  | { readonly do: "stage" }
  | { readonly do: "submit" }
  | { readonly do: "note-running"; readonly startedAt: number }
  | { readonly do: "stop" }
  | {
      readonly do: "finish";
      readonly outcome: Outcome;
      readonly exit?: Extract<Observed, { state: "ended" }>["exit"];
    };

/**
 * The next step of a run that holds its cpus. `observed` is what the platform said; `undefined`: that it has no such
 * job. A question that failed is no observation, and gives no step.
 */
export function nextStep(run: Run, observed: Observed | undefined): Step {
  switch (run.state) {
    case "staging":
      return run.cancelRequested ? finish(cancelledBefore) : { do: "stage" };
    case "starting":
      // Somebody is starting it.
      if (observed?.state === "waiting") return { do: "wait" };
      // A cancelled job is submitted all the same: job.sh sees the marker and leaves a true exit record.
      return begun(run, observed) ?? { do: "submit" };
    case "running":
      return begun(run, observed) ?? finish(lostOutcome("the platform no longer knows its job"));
    default:
      return { do: "wait" };
  }
}

function begun(run: Run, observed: Observed | undefined): Step | undefined {
  if (observed === undefined || observed.state === "waiting") return undefined;
  if (observed.state === "ended")
    return { do: "finish", outcome: outcomeOf(observed.exit, run), exit: observed.exit };
  if (observed.state === "vanished") return finish(lostOutcome(observed.detail));
  if (run.state === "starting") return { do: "note-running", startedAt: observed.startedAt };
  return run.cancelRequested ? { do: "stop" } : { do: "wait" };
}

function finish(outcome: Outcome): Step {
  return { do: "finish", outcome };
}

const cancelledBefore: Outcome = {
  state: "cancelled",
  reason: "cancelled before it started",
  exitCode: null,
  signal: null,
};
