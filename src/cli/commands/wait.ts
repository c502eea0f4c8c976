import type { Command } from "../command.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { waitForRun } from "../follow-run.ts";
import { summaryLine } from "../run-text.ts";

export const wait: Command = {
  arguments: "<run...>",
  completes: "run",
  details: "Ends with the exit code of the first run, in the order given, that did not succeed.",
  examples: ["aloft wait 3f9k2c", "aloft wait $(aloft run --detach workload.yaml)"],
  async run({ connection, args, json, style, print, printJson, signal }) {
    const runs = await Promise.all(
      args.map(async (id) => {
        const run = await waitForRun(connection, id, { signal });
        if (!json) print(summaryLine(run, style));
        return run;
      }),
    );
    if (json) printJson(args.length === 1 ? runs[0] : runs);
    return runs.map(exitCodeOf).find((code) => code !== 0) ?? 0;
  },
};
