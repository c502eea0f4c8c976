import type { Command } from "../command.ts";
import { styledState } from "../style.ts";

export const cancel: Command = {
  arguments: "<run...>",
  completes: "run",
  details: "A program is asked to end (SIGTERM) and ended (SIGKILL) when it has not after a while.",
  options: [{ flags: "--now", description: "end it at once, without asking" }],
  examples: ["aloft cancel 3f9k2c", "aloft cancel --now sweep"],
  async run({ connection, args, options, json, style, print, printJson }) {
    const body = { now: options.flag("now") };
    const runs = await Promise.all(
      args.map((id) => connection.repeatable("cancelRun", { params: { id }, body })),
    );
    if (json) printJson(args.length === 1 ? runs[0] : runs);
    else
      for (const { id, name, state } of runs)
        print(`${id} ${name} ${state === "running" ? "is ending" : styledState(style, state)}`);
    return 0;
  },
};
