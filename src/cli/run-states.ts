import type { RunState } from "../model/run.ts";

/*
 * The same split as `hasEnded` of the model makes, without loading its schemas: a light command must not pay for
 * them. A test holds the two together.
 */
const active = ["queued", "staging", "starting", "running"] as const satisfies readonly RunState[];

export function hasEnded(state: RunState): boolean {
  return !(active as readonly RunState[]).includes(state);
}
