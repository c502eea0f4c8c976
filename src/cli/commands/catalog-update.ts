import { resolve } from "node:path";
import { formatBytes } from "../../base/bytes.ts";
import { AloftError } from "../../base/errors.ts";
import { updateEventsRoute } from "../../contract/routes.ts";
import type { LeftOut, UpdatedOffers, UpdateEvent } from "../../model/catalog-update.ts";
import type { Command, Context } from "../command.ts";
import { followWork } from "../follow-work.ts";
import { createProgress, type Progress } from "../progress.ts";
import { plural } from "../quantities.ts";

/** Shapes of a reason that a person is shown before the rest is counted only. */
const mostShapes = 3;

/** As the contract's schema has them, which would be slow to load for a list of three names. */
const providers = ["aws", "gcp", "azure"];

export const catalogUpdate: Command = {
  arguments: "<provider>",
  completes: { choices: providers },
  details: `Reads the public prices of aws, gcp or azure. All regions asked for are replaced, or none; other
regions stay as they are. An update that was interrupted goes on where it was.`,
  options: [
    { flags: "--region <name>", description: "only this one (repeatable)", repeats: true },
    { flags: "--endpoint <url>", description: "instead of the provider's own: a mirror, a proxy" },
    { flags: "--api-key-file <file>", description: "holds Google's API key" },
    { flags: "--without-spot", description: "leave out AWS's spot prices" },
    { flags: "--fresh", description: "begin anew, not where an interrupted update was" },
    { flags: "-q, --quiet", description: "no progress on standard error" },
  ],
  examples: [
    "aloft catalog update aws --region us-east-1 --region eu-west-1",
    "aloft catalog update azure",
    "aloft catalog update gcp --api-key-file ~/.config/google-prices.key",
  ],
  async run(context) {
    const body = askedOf(context);
    using progress = createProgress(context.host.stderr, context.quiet);
    const control = new AbortController();
    using _ = context.host.onInterrupt(() => control.abort());
    const signal = AbortSignal.any([context.signal, control.signal]);
    const updated = await followWork<UpdateEvent & { result?: UpdatedOffers }, UpdatedOffers>(
      {
        path: updateEventsRoute,
        // What a lost server has read is not to be read anew.
        body: (again) => (again ? { ...body, fresh: false } : body),
        name: "the update",
        resultOf: ({ result }) => result,
        onLine: (event) => showEvent(event, context, progress),
      },
      { connection: context.connection, progress, signal },
    ).catch((error: unknown) => {
      if (signal.aborted) throw interrupted(error);
      throw error;
    });
    progress.clear();
    if (context.json) context.printJson(updated);
    else context.print(...updatedLines(updated));
    return 0;
  },
};

function askedOf({ args, options, host }: Context) {
  const [provider = ""] = args;
  if (!providers.includes(provider))
    throw new AloftError("bad-input", `"${provider}" has no public prices that we read`, {
      hint: `one of ${providers.join(", ")}`,
    });
  const endpoint = options.text("endpoint");
  const key = options.text("api-key-file");
  return {
    provider,
    regions: options.list("region"),
    spot: !options.flag("without-spot"),
    fresh: options.flag("fresh"),
    ...(endpoint === undefined ? {} : { endpoint }),
    // The server reads it by itself: the key is on no command line and in no request.
    ...(key === undefined ? {} : { apiKeyFile: resolve(host.cwd, key) }),
  };
}

function interrupted(cause: unknown): AloftError {
  return new AloftError("cancelled", "interrupted", {
    hint: "the catalogue is as it was; the same command goes on where this one was",
    cause,
  });
}

function showEvent(event: UpdateEvent, { note }: Context, progress: Progress): void {
  const { place, bytes = 0, offers = 0, waiting, notice } = event;
  if (notice !== undefined) {
    progress.clear();
    note(`note: ${notice}`);
  } else if (waiting) {
    const { reason, seconds } = waiting;
    progress.show(`waiting after ${reason}`, `again in ${Math.ceil(seconds)} s`);
  } else if (place !== undefined)
    progress.show(
      `prices of ${place === "*" ? "all regions" : place}`,
      `${formatBytes(bytes)}, ${plural(offers, "offer")}`,
    );
}

function updatedLines({ source, offers, regions, kept, leftOut }: UpdatedOffers): string[] {
  const { name, oldest, newest } = source;
  const dates = oldest === newest ? `of ${oldest}` : `of ${oldest} to ${newest}`;
  return [
    `${name}: ${plural(offers, "offer")} in ${plural(regions.length, "region")}, ${dates}`,
    ...(kept > 0 ? [`kept: ${plural(kept, "offer")} of other regions`] : []),
    ...leftOut.map(leftOutLine),
  ];
}

function leftOutLine({ reason, shapes, regions }: LeftOut): string {
  const more = shapes.length > mostShapes ? ", …" : "";
  const where = regions.includes("*") ? "everywhere" : `in ${plural(regions.length, "region")}`;
  const names = shapes.slice(0, mostShapes).join(", ");
  return `left out: ${plural(shapes.length, "shape")} ${where} (${names}${more}): ${reason}`;
}
