import { errorCodes } from "../../base/errors.ts";
import type { Command } from "../command.ts";
import { planLines } from "../plan-text.ts";
import { placeOptions, requestOf, workloadOptions } from "../workload-options.ts";

export const plan: Command = {
  arguments: "[file]",
  takesCommand: true,
  completes: "file",
  details: `Nothing is run. A predicted time rests on past runs of the same workload; without any it is unknown.
Where nothing here can run it, the plan tells why and ends with exit code 4.`,
  options: [...placeOptions, ...workloadOptions],
  examples: ["aloft plan workload.yaml", "aloft plan --image debian:bookworm -- nproc"],
  async run(context) {
    const answer = await context.connection.repeatable("plan", { body: await requestOf(context) });
    if (context.json) context.printJson(answer);
    else context.print(...planLines(answer, context.style, context.host.stdout.columns()));
    const possible = answer.candidates.some(({ refusals }) => refusals.length === 0);
    return possible ? 0 : errorCodes.refused.exit;
  },
};
