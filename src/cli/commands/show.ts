import type { Command } from "../command.ts";
import { runLines, taskTable } from "../run-text.ts";

/** Tasks that a person wants to see at once. */
const tasksShown = 50;

export const show: Command = {
  arguments: "<run>",
  completes: "run",
  examples: ["aloft show 3f9k2c", "aloft show linpack", "aloft show linpack --json | jq .metrics"],
  async run({ connection, args, json, style, host, print, printJson }) {
    const [id = ""] = args;
    const run = await connection.repeatable("getRun", { params: { id } });
    const query = { array: run.id, all: "true", limit: "100000" };
    const tasks = run.tasks ? await connection.repeatable("listRuns", { query }) : [];
    if (json) {
      printJson(run);
      return 0;
    }
    print(...runLines(run, style));
    if (tasks.length === 0) return 0;
    const sorted = tasks.toSorted((a, b) => (a.task?.index ?? 0) - (b.task?.index ?? 0));
    const shown = sorted.slice(0, tasksShown);
    print("", style.bold("tasks"), ...taskTable(shown, style, host.stdout.columns()));
    if (shown.length < sorted.length)
      print(`and ${sorted.length - shown.length} more: \`aloft show ${run.id}.N\``);
    return 0;
  },
};
