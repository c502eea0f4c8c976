import { parseBytes } from "../../base/bytes.ts";
import { AloftError } from "../../base/errors.ts";
import { brokenLines, offersTable } from "../catalog-text.ts";
import type { Command, Context } from "../command.ts";
import type { Options } from "../options.ts";

const defaultLimit = 50;

export const catalogLs: Command = {
  details: `Prices are those of their date, in each offer's own currency; nothing is converted. Service units
come after money, unknown prices last.`,
  options: [
    { flags: "--platform <name>", description: "aws, gcp, azure, oci, openstack, slurm, …" },
    { flags: "--region <start>", description: "regions that begin so, such as eu- or europe-" },
    { flags: "--arch <name>", description: "x64, arm64, …" },
    { flags: "--min-cpus <n>", description: "at least so many" },
    { flags: "--min-memory <size>", description: "at least so much, such as 64GiB" },
    { flags: "--max-price <number>", description: "per hour, in the offer's own currency" },
    { flags: "--gpu <name>", description: "part of an accelerator's name, or any" },
    {
      flags: "--sort <by>",
      description: "the smallest first; default price",
      choices: ["price", "cpus", "memory"],
    },
    { flags: "--limit <n>", description: `at most so many; default ${defaultLimit}` },
  ],
  examples: [
    "aloft catalog ls --min-cpus 64 --min-memory 256GiB --region us-",
    "aloft catalog ls --gpu h100 --sort memory",
    "aloft catalog ls --platform azure --json | jq 'map(select(.rdma))'",
  ],
  async run(context) {
    const { connection, json, style, host, print, printJson, note } = context;
    const query = queryOf(context.options);
    const answer = await connection.repeatable("listOffers", { query });
    const { offers, matching, broken } = answer;
    note(...brokenLines(broken));
    if (json) printJson(offers);
    else if (offers.length === 0)
      note("no such offers; `aloft catalog sources` tells what there is");
    else print(...offersTable(offers, { width: host.stdout.columns(), heading: style.bold }));
    tellOfMore(context, matching - offers.length);
    return 0;
  },
};

function tellOfMore({ json, note }: Context, more: number): void {
  if (more > 0 && !json) note(`${more} more; --limit shows them`);
}

function queryOf(options: Options): Record<string, string> {
  const memory = options.text("min-memory");
  const found: Record<string, string | number | undefined> = {
    platform: options.text("platform"),
    region: options.text("region"),
    architecture: options.text("arch"),
    minCpus: number(options, "min-cpus"),
    minMemoryBytes: memory === undefined ? undefined : parseBytes(memory),
    maxPrice: number(options, "max-price"),
    accelerator: options.text("gpu"),
    sort: options.text("sort"),
    limit: options.count("limit") ?? defaultLimit,
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

function number(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new AloftError("bad-input", `--${name}: "${text}" is not a number of 0 or more`);
}
