import { randomId } from "../../base/ids.ts";
import type { Run } from "../../model/run.ts";
import { attach } from "../attach.ts";
import type { Command, Context } from "../command.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { summaryLine } from "../run-text.ts";
import { placeOptions, requestOf, workloadOptions } from "../workload-options.ts";

export const run: Command = {
  arguments: "[file]",
  takesCommand: true,
  completes: "file",
  details: `Its standard output and error are shown as they are written and \`run\` ends with its exit
code. Ctrl-C asks it to end, a second Ctrl-C ends it at once. With --json the one document
is the run as it ended; what it wrote is in the files stdout and stderr of its \`folder\`.`,
  options: [
    ...placeOptions,
    ...workloadOptions,
    { flags: "-d, --detach", description: "print the run's id and leave it running" },
    {
      flags: "-q, --quiet",
      description:
        "no progress on standard error, and no summary but of a failure that is not the program's own",
    },
  ],
  examples: [
    "aloft run workload.yaml",
    "aloft run --level vm workload.yaml",
    "aloft run job.sbatch",
    "aloft run --image debian:bookworm --memory 1G -- sh -c 'echo $HOSTNAME; nproc'",
    "aloft run --detach --name sweep workload.yaml",
  ],
  async run(context) {
    const { connection } = context;
    const body = { ...(await requestOf(context)), key: randomId(20) };
    const created = await connection.repeatable("createRun", { body });
    return stay(context, created);
  },
};

/** Follows a run that was just made, or leaves it where `--detach` asks for that. */
export async function stay(context: Context, created: Run): Promise<number> {
  const { options, json, quiet } = context;
  if (options.flag("detach")) {
    if (json) context.printJson(created);
    else context.print(created.id);
    return 0;
  }
  const ended = await attach(context, created, { silent: json, quiet });
  if (json) context.printJson(ended);
  else if (quiet ? isSurprise(ended) : context.host.stderr.terminal || toldOnly(ended))
    context.note(summaryLine(ended, context.noteStyle));
  if (ended.tasks && !quiet && !json)
    context.note(`what the tasks wrote: \`aloft logs ${ended.id}\``);
  return exitCodeOf(ended);
}

/** An exit code that is not the program's own needs its reason, however quiet one was asked to be. */
function isSurprise(ended: Run): boolean {
  return toldOnly(ended) && ended.state !== "cancelled";
}

/** An end that neither the program's output nor its exit code explains. */
function toldOnly({ state, exitCode, tasks }: Run): boolean {
  if (state === "succeeded") return false;
  return tasks !== null || state !== "failed" || exitCode === null;
}
