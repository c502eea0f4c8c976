import type { Command } from "../command.ts";
import { runLines, taskTable } from "../run-text.ts";
import { sortedTasks } from "../tasks.ts";

/** Tasks that a person wants to see at once. */
const tasksShown = 50;

export const show: Command = {
  arguments: "<run>",
  completes: "run",
  examples: ["aloft show 3f9k2c", "aloft show linpack", "aloft show linpack --json | jq .metrics"],
  async run({ connection, args, json, style, host, print, printJson }) {
    const [id = ""] = args;
    const run = await connection.repeatable("getRun", { params: { id } });
    if (json) {
      printJson(run);
      return 0;
    }
    print(...runLines(run, style));
    const tasks = run.tasks ? await sortedTasks(connection, run) : [];
    if (tasks.length === 0) return 0;
    const shown = tasks.slice(0, tasksShown);
    print("", style.bold("tasks"), ...taskTable(shown, style, host.stdout.columns()));
    if (shown.length < tasks.length)
      print(`and ${tasks.length - shown.length} more: \`aloft show ${run.id}.N\``);
    return 0;
  },
};
