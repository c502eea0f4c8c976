import { toProblem } from "./problem.ts";

/** Does the work, and tells `report` what goes on; resolves with the last line. */
export type Work = (report: (event: object) => void) => Promise<object>;

/** What is told of a piece of work as lines of JSON, as it comes; the last one holds its result, or the problem. */
export async function* progressLines(work: Work): AsyncGenerator<string> {
  const lines: object[] = [];
  let wake = (): void => undefined;
  const add = (line: object): void => {
    lines.push(line);
    wake();
  };
  let done = false;
  void work(add)
    .then(add)
    .catch((error: unknown) => add({ problem: toProblem(error) }))
    .finally(() => {
      done = true;
      wake();
    });
  while (!done || lines.length > 0) {
    const line = lines.shift();
    if (line) yield `${JSON.stringify(line)}\n`;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (done || lines.length > 0) resolve();
      });
  }
}
