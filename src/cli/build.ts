import { AloftError } from "../base/errors.ts";
import { fromProblem } from "../contract/client.ts";
import type { Problem } from "../contract/problem.ts";
import { buildEventsRoute } from "../contract/routes.ts";
import type { Image, Recipe } from "../model/image.ts";
import type { Connection } from "./connection.ts";
import type { Progress } from "./progress.ts";
import { formatPercent } from "./quantities.ts";
import { isLost } from "./transport.ts";

export interface BuildAsked {
  readonly recipe: Recipe;
  readonly name?: string;
  readonly origin: string;
  readonly refresh?: boolean;
}

/** A line of a build's events, as `GET /v1/openapi.json` describes it. */
interface BuildEvent {
  readonly phase?: string;
  readonly message?: string;
  readonly step?: number;
  readonly of?: number;
  /** 0 to 1. */
  readonly fraction?: number;
  readonly image?: Image;
  readonly problem?: Problem;
}

/** A build is taken up where a server that was killed left it, so asking again is cheap; but not for ever. */
const attempts = 3;

/** Builds an image, or finds it built, showing what goes on. */
export async function buildImage(
  connection: Connection,
  asked: BuildAsked,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Image> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt(connection, asked, progress, signal);
    } catch (error) {
      if (left <= 1 || signal.aborted || !isLost(error)) throw error;
      progress.show("the server went away; the build goes on with a new one");
    }
  }
}

async function attempt(
  connection: Connection,
  asked: BuildAsked,
  progress: Progress,
  signal: AbortSignal,
): Promise<Image> {
  const body = JSON.stringify(asked);
  const bytes = connection.stream({ method: "POST", path: buildEventsRoute, body, signal });
  for await (const line of linesOf(bytes)) {
    const event = JSON.parse(line) as BuildEvent;
    if (event.image) return event.image;
    if (event.problem) throw fromProblem(event.problem);
    if (event.phase !== "done") progress.show(phaseOf(event), detailOf(event));
  }
  throw new AloftError("unavailable", "the build's answer ended before the build", {
    hint: "the same command goes on where it was",
    retry: "later",
  });
}

function phaseOf({ phase = "building", step, of }: BuildEvent): string {
  const steps = step !== undefined && of !== undefined ? ` ${step}/${of}` : "";
  return `image: ${phase}${steps}`;
}

function detailOf({ fraction, message = "" }: BuildEvent): string {
  return fraction === undefined ? message : `${formatPercent(fraction)} ${message}`;
}

/** Lines of UTF-8 text, wherever the chunks are cut. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
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
