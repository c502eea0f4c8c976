import type { Run } from "../model/run.ts";

/** What `run`, `rerun` and `wait` end with where the program's own code does not say it, as `timeout` and shells have it. */
export const runExits = {
  "timed-out": 124,
  /** Aloft could not run it, or lost it. */
  notRun: 125,
  cancelled: 130,
  "out-of-memory": 137,
  /** Some tasks of an array did not succeed. */
  tasksFailed: 1,
} as const;

/** What a program in a pipeline ends with when nobody reads its output any more: 128 + SIGPIPE. */
export const brokenPipeExit = 141;

/** The exit code that a shell should see for a run that has ended. */
export function exitCodeOf({ state, exitCode, tasks }: Run): number {
  switch (state) {
    case "succeeded":
      return 0;
    case "timed-out":
    case "cancelled":
    case "out-of-memory":
      return runExits[state];
    case "failed":
      return exitCode ?? (tasks ? runExits.tasksFailed : runExits.notRun);
    default:
      return runExits.notRun;
  }
}

export const exitCodeHelp = `Exit codes:
  0     it worked
  1     a program that Aloft called failed, or tasks of an array did
  2     bad input: a file, an option, a value; nothing was changed
  3     not found: no such run or image
  4     refused: understood, and not possible here
  5     the present state forbids it
  6     no server answers
  7     the disk is full
  70    an error inside Aloft
  141   nobody reads the output any more
  of \`run\`, \`rerun\` and \`wait\`: the program's own code, 128 + n after signal n, and
  124   its time limit ended it
  125   Aloft could not run it, or lost it
  130   cancelled
  137   out of memory`;
