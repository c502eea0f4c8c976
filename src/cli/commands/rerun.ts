import type { Command } from "../command.ts";
import { placeOf, placeOptions } from "../workload-options.ts";
import { stay } from "./run.ts";

export const rerun: Command = {
  arguments: "<run>",
  completes: "run",
  options: [
    ...placeOptions,
    { flags: "-d, --detach", description: "print the new run's id and leave it running" },
    {
      flags: "-q, --quiet",
      description:
        "no progress on standard error, and no summary but of a failure that is not the program's own",
    },
  ],
  examples: ["aloft rerun sweep", "aloft rerun 3f9k2c --level vm"],
  async run(context) {
    const [id = ""] = context.args;
    const body = placeOf(context.options);
    return stay(context, await context.connection.client("rerun", { params: { id }, body }));
  },
};
