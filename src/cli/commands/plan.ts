import { errorCodes } from "../../base/errors.ts";
import type { Command } from "../command.ts";
import type { Context } from "../command.ts";
import { candidateLines, planLines } from "../plan-text.ts";
import { planOptions, questionOf } from "../plan-options.ts";
import { placeOptions, requestOf, workloadOptions } from "../workload-options.ts";
import type { Plan } from "../../model/plan.ts";

export const plan: Command = {
  arguments: "[file...]",
  takesCommand: true,
  completes: "file",
  details: `Nothing is run. Every place where the workload could run is ranked by the time to its result and its price: this machine at each
level, and what the catalogue has to rent. A predicted time rests on past runs of the same workload, or on what \`profile\` says of it; what is not
known is shown as unknown, with the way to learn it. A folder stands for its workload.yaml. Where nothing can run one of them, the plan tells why and ends with exit code 4.`,
  options: [...planOptions, ...placeOptions, ...workloadOptions],
  examples: [
    "aloft plan workload.yaml",
    "aloft plan examples/*/",
    "aloft plan --objective cheapest --deadline 6h workload.yaml",
    "aloft plan --only aws,gcp/europe- --spot --top 20 workload.yaml",
    "aloft plan --explain local/crun workload.yaml",
    "aloft plan --why-not t3.nano workload.yaml",
    "aloft plan --image debian:bookworm -- nproc",
  ],
  async run(context) {
    const question = questionOf(context.options);
    // All are read before anything is asked: what is wrong with the last is told first.
    const requests = await Promise.all(
      (context.args.length === 0 ? [undefined] : context.args).map((file) =>
        requestOf({ ...context, args: file === undefined ? [] : [file] }),
      ),
    );
    const answers: Plan[] = [];
    for (const request of requests) {
      const body = { ...request, ...question };
      const answer = await context.connection.repeatable("plan", { body });
      if (!context.json) context.print(...(answers.length > 0 ? ["", ""] : []));
      answers.push(answer);
      if (context.json) continue;
      if (question.about.length > 0) context.print(...aboutLines(answer, question.about, context));
      else context.print(...planLines(answer, context.style, context.host.stdout.columns()));
    }
    if (context.json) context.printJson(answers.length === 1 ? answers[0] : answers);
    return answers.every(isPossible) ? 0 : errorCodes.refused.exit;
  },
};

function isPossible({ candidates }: Plan): boolean {
  return candidates.some(({ refusals }) => refusals.length === 0);
}

/** What was asked about, one candidate after the other, with its place among the ranked ones. */
function aboutLines(
  { about, candidates, currency }: Plan,
  names: readonly string[],
  context: Context,
) {
  if (about.length === 0)
    return [
      `nothing is called ${names.join(", ")}: \`aloft plan FILE\` and \`aloft catalog ls\` list the names`,
    ];
  return about.flatMap((candidate, at) => {
    const rank = candidates.findIndex(({ id }) => id === candidate.id);
    const place =
      candidate.refusals.length > 0
        ? "not possible"
        : rank === -1
          ? "possible, and not among the best"
          : `number ${rank + 1} of the plan`;
    return [
      ...(at === 0 ? [] : [""]),
      ...candidateLines(candidate, currency, context.style),
      `  ${context.style.cyan(place)}`,
    ];
  });
}
