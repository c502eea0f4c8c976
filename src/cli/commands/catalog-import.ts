import { resolve } from "node:path";
import { parseDuration } from "../../base/durations.ts";
import { AloftError } from "../../base/errors.ts";
import type { ImportedOffers } from "../../model/catalog.ts";
import type { Command } from "../command.ts";
import type { Options } from "../options.ts";
import { plural } from "../quantities.ts";

export const catalogImport: Command = {
  arguments: "<file>",
  completes: "file",
  details: `A CSV file in our columns, in those of SkyPilot's catalogue (vms.csv) or of measured shapes;
its header tells which. What was imported under the name before is replaced. Where anything in
the file is wrong, every place is told and nothing is changed.`,
  options: [
    { flags: "--name <name>", description: "of the source; default the file's name" },
    { flags: "--platform <name>", description: "where the file does not say: aws, gcp, …" },
    { flags: "--date <date>", description: "of its prices, where the file does not say" },
    { flags: "--arch <name>", description: "of its machines, where nothing tells: x64, arm64" },
    {
      flags: "--billing <rule>",
      description: "granularity and minimum, where we do not know its platform: 1s,60s",
    },
  ],
  examples: [
    "aloft catalog import our-cluster.csv",
    "aloft catalog import vms.csv --platform aws --date 2026-11-01 --name skypilot-aws",
  ],
  async run({ connection, host, args, options, json, print, printJson }) {
    const [file = ""] = args;
    const body = {
      name: options.text("name") ?? nameOf(file),
      // The server reads it by itself, however large it is.
      from: { file: resolve(host.cwd, file) },
      facts: factsOf(options),
    };
    const imported = await connection.repeatable("importOffers", { body });
    if (json) printJson(imported);
    else print(...importedLines(imported));
    return 0;
  },
};

/** `/data/Our Cluster.csv` is `our-cluster`. */
function nameOf(file: string): string {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.csv$/i, "");
  return base
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "");
}

function factsOf(options: Options) {
  const platform = options.text("platform");
  const date = options.text("date");
  const architecture = options.text("arch");
  const billing = options.text("billing");
  return {
    ...(platform === undefined ? {} : { platform }),
    ...(date === undefined ? {} : { date }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(billing === undefined ? {} : { billing: billingOf(billing) }),
  };
}

function billingOf(text: string): { granularitySeconds: number; minimumSeconds: number } {
  const [granularity = "", minimum, more] = text.split(",");
  if (minimum === undefined || more !== undefined)
    throw new AloftError("bad-input", `--billing: "${text}" is not a granularity and a minimum`, {
      hint: "such as 1s,60s where every second is charged and at least a minute, 1h,1h for whole hours",
    });
  return { granularitySeconds: parseDuration(granularity), minimumSeconds: parseDuration(minimum) };
}

function importedLines({ source, skipped }: ImportedOffers): string[] {
  const { name, offers, oldest, newest } = source;
  const dates = oldest === newest ? `of ${oldest}` : `of ${oldest} to ${newest}`;
  return [
    `imported ${plural(offers, "offer")} ${dates} as ${name}`,
    ...skipped.map(({ why, rows }) => `left out: ${plural(rows, "row")}, ${why}`),
  ];
}
