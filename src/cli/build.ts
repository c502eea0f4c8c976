import { buildEventsRoute } from "../contract/routes.ts";
import type { Image, Recipe } from "../model/image.ts";
import type { Connection } from "./connection.ts";
import { followWork } from "./follow-work.ts";
import type { Progress } from "./progress.ts";
import { formatPercent } from "./quantities.ts";
import type { Request } from "./workload-options.ts";

export interface BuildAsked {
  readonly recipe: Recipe;
  readonly name?: string;
  readonly origin: string;
  readonly refresh?: boolean;
}

/** A line of a build's events. */
interface BuildEvent {
  readonly phase?: string;
  readonly message?: string;
  readonly step?: number;
  readonly of?: number;
  /** 0 to 1. */
  readonly fraction?: number;
  readonly image?: Image;
}

/** Makes a workload's image ready, where it has one, so that no run of it pays for that. */
export async function buildImageOf(
  connection: Connection,
  { workload: { image }, origin }: Request,
  shown: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  if (image === undefined) return;
  const recipe = typeof image === "string" ? { from: image, packages: [], run: [] } : image;
  const { from, packages = [], run = [] } = recipe;
  await buildImage(connection, { recipe: { from, packages, run }, origin }, shown);
}

/** Builds an image, or finds it built, showing what goes on. */
export function buildImage(
  connection: Connection,
  asked: BuildAsked,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Image> {
  return followWork<BuildEvent, Image>(
    {
      path: buildEventsRoute,
      body: () => asked,
      name: "the build",
      resultOf: ({ image }) => image,
      onLine: (event) => {
        if (event.phase !== "done") progress.show(phaseOf(event), detailOf(event));
      },
    },
    { connection, progress, signal },
  );
}

function phaseOf({ phase = "building", step, of }: BuildEvent): string {
  const steps = step !== undefined && of !== undefined ? ` ${step}/${of}` : "";
  return `image: ${phase}${steps}`;
}

function detailOf({ fraction, message = "" }: BuildEvent): string {
  return fraction === undefined ? message : `${formatPercent(fraction)} ${message}`;
}
