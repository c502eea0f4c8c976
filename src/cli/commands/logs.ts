import { AloftError } from "../../base/errors.ts";
import type { Run } from "../../model/run.ts";
import { write } from "../attach.ts";
import type { Command, Context } from "../command.ts";
import { followStream, readStream, type StreamName, waitForRun } from "../follow-run.ts";
import { prefixLines } from "../prefix-lines.ts";
import { sortedTasks } from "../tasks.ts";

export const logs: Command = {
  arguments: "<run>",
  completes: "run",
  details: `Standard output goes to standard output and standard error to standard error. Of an array those of all
tasks are shown, one task after the other, each line with the task's number before it: [3].`,
  options: [
    { flags: "-f, --follow", description: "go on until the run has ended" },
    { flags: "--stdout", description: "its standard output only" },
    { flags: "--stderr", description: "its standard error only" },
    { flags: "--task <n>", description: "of this task of an array alone, counted from 0" },
  ],
  examples: ["aloft logs linpack", "aloft logs -f 3f9k2c", "aloft logs sweep --task 3 --stdout"],
  async run(context) {
    const { connection, options, args, json } = context;
    const [reference = ""] = args;
    const named = await connection.repeatable("getRun", { params: { id: reference } });
    const run = await chosenTask(context, named);
    const chosen = (["stdout", "stderr"] as const).filter((name) => options.flag(name));
    const streams: readonly StreamName[] = chosen.length > 0 ? chosen : ["stdout", "stderr"];
    const tasks = run.tasks ? await sortedTasks(connection, run) : undefined;
    for (const one of tasks ?? [run]) requireFolder(one);
    if (json) context.printJson(await document(context, run, tasks, streams));
    else if (tasks)
      for (const task of tasks) await show(context, task, streams, `[${task.task?.index}] `);
    else await show(context, run, streams);
    return 0;
  },
};

async function chosenTask({ connection, options }: Context, run: Run): Promise<Run> {
  const task = options.text("task");
  if (task === undefined) return run;
  if (run.tasks) return connection.repeatable("getRun", { params: { id: `${run.id}.${task}` } });
  throw new AloftError("bad-input", `${run.id} is no array, so it has no tasks`);
}

/** From the state `starting` on a run has its folder: without it there is nothing to show, which is not the same as empty. */
function requireFolder({ id, folder, timings }: Run): void {
  // Not an import, which reads every export of a module of Node's; see transport.ts.
  if (timings.starting === null || process.getBuiltinModule("node:fs").existsSync(folder)) return;
  throw new AloftError("not-found", `what ${id} wrote is gone with its folder ${folder}`, {
    hint: `\`aloft show ${id}\` tells what is recorded of it`,
  });
}

async function show(
  { connection, options, signal, host }: Context,
  { id }: Run,
  streams: readonly StreamName[],
  prefix?: string,
): Promise<void> {
  const ended = options.flag("follow") ? waitForRun(connection, id, { signal }) : undefined;
  const copies = streams.map(async (stream) => {
    const asked = { id, stream, signal };
    const bytes = ended
      ? followStream(connection, { ...asked, ended })
      : readStream(connection, asked);
    const lines = prefix === undefined ? bytes : prefixLines(bytes, prefix);
    for await (const chunk of lines) await write(host[stream].stream, chunk, signal);
  });
  await Promise.all([ended, ...copies]);
}

async function document(
  context: Context,
  run: Run,
  tasks: readonly Run[] | undefined,
  streams: readonly StreamName[],
): Promise<unknown> {
  if (!tasks) return texts(context, run.id, streams);
  const all: unknown[] = [];
  for (const { id, task } of tasks)
    all.push({ task: task?.index, ...(await texts(context, id, streams)) });
  return all;
}

async function texts(
  { connection, signal }: Context,
  id: string,
  streams: readonly StreamName[],
): Promise<Partial<Record<StreamName, string>>> {
  const read = async (stream: StreamName): Promise<[StreamName, string]> => {
    const chunks: Buffer[] = [];
    for await (const chunk of readStream(connection, { id, stream, signal })) chunks.push(chunk);
    return [stream, Buffer.concat(chunks).toString("utf8")];
  };
  return Object.fromEntries(await Promise.all(streams.map(read)));
}
