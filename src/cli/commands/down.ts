import type { Command, Context } from "../command.ts";
import { waitForRun } from "../follow-run.ts";
import { plural } from "../quantities.ts";
import { isAbsent } from "../transport.ts";

export const down: Command = {
  details:
    "Runs go on without it; the next command that needs Aloft starts it again and it takes them up.",
  options: [
    { flags: "--cancel", description: "cancel all runs first, and wait until they have ended" },
  ],
  examples: ["aloft down", "aloft down --cancel"],
  async run(context) {
    const { host, options, json, print, printJson } = context;
    const cancelled = options.flag("cancel") ? await cancelAll(context) : 0;
    const stopped = await host.stopServer();
    if (json) printJson({ stopped, cancelled });
    else {
      const also = cancelled > 0 ? `; ${plural(cancelled, "run")} cancelled` : "";
      print(stopped ? `Aloft has stopped${also}` : "Aloft was not running");
    }
    return 0;
  },
};

/** How many runs were cancelled. Without a server there is nobody to ask, and none is started for it. */
async function cancelAll({ connection, signal }: Context): Promise<number> {
  try {
    const runs = await connection.present("listRuns", { query: { limit: "100000" } });
    const ended = runs.map(async ({ id }) => {
      await connection.present("cancelRun", { params: { id }, body: { now: false } });
      await waitForRun(connection, id, { signal });
    });
    await Promise.all(ended);
    return runs.length;
  } catch (error) {
    if (isAbsent(error)) return 0;
    throw error;
  }
}
