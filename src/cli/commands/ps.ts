import { formatDuration } from "../../base/durations.ts";
import type { Run } from "../../model/run.ts";
import type { Command } from "../command.ts";
import { formatMeasured, formatTime } from "../quantities.ts";
import { describeTasks } from "../run-text.ts";
import { type Style, styledState } from "../style.ts";
import { formatTable } from "../table.ts";

const defaultLimit = 50;

export const ps: Command = {
  options: [
    { flags: "-a, --all", description: "runs that have ended too" },
    { flags: "--limit <n>", description: `at most so many, the newest (default ${defaultLimit})` },
  ],
  examples: ["aloft ps", "aloft ps --all --limit 10", "aloft ps --all --json | jq '.[].id'"],
  async run({ connection, options, json, style, host, print, printJson, note }) {
    const limit = String(options.count("limit") ?? defaultLimit);
    const all = options.flag("all");
    const query = { limit, ...(all ? { all: "true" } : {}) };
    const runs = await connection.repeatable("listRuns", { query });
    if (json) printJson(runs);
    else if (runs.length > 0) print(...runTable(runs, style, host.stdout.columns()));
    else note(all ? "no runs yet" : "nothing runs; `aloft ps --all` lists what has ended");
    return 0;
  },
};

export function runTable(
  runs: readonly Run[],
  style: Style,
  width: number | undefined,
  now = Date.now() / 1000,
): string[] {
  return formatTable(
    [
      { title: "RUN" },
      { title: "NAME", flexible: true },
      { title: "STATE" },
      { title: "LEVEL" },
      { title: "ENGINE" },
      { title: "TIME", align: "right" },
      { title: "CREATED" },
      { title: "REMARK", flexible: true },
    ],
    runs.map((run) => [
      run.id,
      run.name,
      styledState(style, run.state),
      run.level,
      run.engine,
      runningTime(run, now),
      formatTime(run.createdAt),
      run.reason?.split("\n")[0] ?? (run.tasks ? describeTasks(run) : ""),
    ]),
    { width, heading: style.bold },
  );
}

/** How long it ran, or has run until now. */
export function runningTime({ timings, startedAt, endedAt, state }: Run, now: number): string {
  if (timings.running !== null && endedAt !== null) return formatMeasured(timings.running);
  if (startedAt === null || state !== "running") return "";
  return formatDuration(Math.max(0, now - startedAt));
}
