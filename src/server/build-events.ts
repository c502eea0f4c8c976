import type { BuildRequest, ImageService } from "./handlers.ts";
import { toProblem } from "./problem.ts";

/** Progress of a build as lines of JSON; the last one holds the image or the problem. */
export async function* buildEvents(
  images: ImageService,
  request: Omit<BuildRequest, "signal">,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const lines: object[] = [];
  let wake = (): void => undefined;
  const add = (line: object): void => {
    lines.push(line);
    wake();
  };
  let done = false;
  void images
    .build({ ...request, signal }, add)
    .then((image) => add({ image }))
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
