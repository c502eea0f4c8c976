import picocolors from "picocolors";
import type { RunState } from "../model/run.ts";

export type Style = ReturnType<typeof picocolors.createColors>;

/** Colours by name; each returns its text unchanged where none are wanted. */
export function createStyle(colour: boolean): Style {
  return picocolors.createColors(colour);
}

const colours = {
  queued: "dim",
  staging: "cyan",
  starting: "cyan",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  cancelled: "yellow",
  "timed-out": "red",
  "out-of-memory": "red",
  lost: "magenta",
} as const satisfies Record<RunState, keyof Style>;

export function styledState(style: Style, state: RunState): string {
  return style[colours[state]](state);
}
