import { AloftError } from "../base/errors.ts";
import { fromProblem } from "../contract/client.ts";
import type { Problem } from "../contract/problem.ts";
import type { Connection } from "./connection.ts";
import type { Progress } from "./progress.ts";
import { isLost } from "./transport.ts";

/** Work of the server that tells what goes on as lines of JSON, and goes on where it was when it is asked for again. */
export interface Work<Line, Result> {
  readonly path: string;
  /** `again`: an earlier attempt was lost with its server. */
  readonly body: (again: boolean) => object;
  /** In a sentence: `the build`. */
  readonly name: string;
  /** What the last line holds; `undefined` for the others. */
  readonly resultOf: (line: Line) => Result | undefined;
  readonly onLine: (line: Line) => void;
}

export interface Following {
  readonly connection: Connection;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Work is taken up where a server that was killed left it, so asking again is cheap; but not for ever. */
const attempts = 3;

/** Resolves with the result. Throws the server's error as it was. */
export async function followWork<Line extends object, Result>(
  work: Work<Line, Result>,
  following: Following,
): Promise<Result> {
  const { progress, signal } = following;
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt(work, following, left < attempts);
    } catch (error) {
      if (left <= 1 || signal.aborted || !isLost(error)) throw error;
      progress.show(`the server went away; ${work.name} goes on with a new one`);
    }
  }
}

async function attempt<Line extends object, Result>(
  work: Work<Line, Result>,
  { connection, signal }: Following,
  again: boolean,
): Promise<Result> {
  const { path, name } = work;
  const body = JSON.stringify(work.body(again));
  for await (const text of linesOf(connection.stream({ method: "POST", path, body, signal }))) {
    const line = JSON.parse(text) as Line & { readonly problem?: Problem };
    if (line.problem) throw fromProblem(line.problem);
    const result = work.resultOf(line);
    if (result !== undefined) return result;
    work.onLine(line);
  }
  throw new AloftError("unavailable", `the answer ended before ${name}`, {
    hint: "the same command goes on where it was",
    retry: "later",
  });
}

/** Lines of UTF-8 text, wherever the chunks are cut. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
  }
  if (text !== "") yield text;
}
