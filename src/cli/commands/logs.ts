import { AloftError } from "../../base/errors.ts";
import { write } from "../attach.ts";
import type { Command, Context } from "../command.ts";
import { followStream, readStream, type StreamName, waitForRun } from "../follow-run.ts";

export const logs: Command = {
  arguments: "<run>",
  completes: "run",
  details: "Standard output goes to standard output and standard error to standard error.",
  options: [
    { flags: "-f, --follow", description: "go on until the run has ended" },
    { flags: "--stdout", description: "its standard output only" },
    { flags: "--stderr", description: "its standard error only" },
    { flags: "--task <n>", description: "of this task of an array, counted from 0" },
  ],
  examples: ["aloft logs linpack", "aloft logs -f 3f9k2c", "aloft logs sweep --task 3 --stdout"],
  async run(context) {
    const { connection, options, signal } = context;
    const id = await idOf(context);
    const chosen = (["stdout", "stderr"] as const).filter((name) => options.flag(name));
    const streams: readonly StreamName[] = chosen.length > 0 ? chosen : ["stdout", "stderr"];
    if (context.json) {
      context.printJson(await texts(context, id, streams));
      return 0;
    }
    const ended = options.flag("follow") ? waitForRun(connection, id, { signal }) : undefined;
    const copies = streams.map(async (stream) => {
      const asked = { id, stream, signal };
      const bytes = ended
        ? followStream(connection, { ...asked, ended })
        : readStream(connection, asked);
      for await (const chunk of bytes) await write(context.host[stream].stream, chunk, signal);
    });
    await Promise.all([ended, ...copies]);
    return 0;
  },
};

async function idOf({ connection, args, options }: Context): Promise<string> {
  const [reference = ""] = args;
  const run = await connection.repeatable("getRun", { params: { id: reference } });
  const task = options.text("task");
  if (task === undefined) {
    if (!run.tasks) return run.id;
    throw new AloftError("bad-input", `${run.id} is an array: its tasks have logs, it has none`, {
      hint: `\`aloft logs ${run.id} --task 0\``,
    });
  }
  if (!run.tasks) throw new AloftError("bad-input", `${run.id} is no array, so it has no tasks`);
  return `${run.id}.${task}`;
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
