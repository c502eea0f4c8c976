import { sourcesTable } from "../catalog-text.ts";
import type { Command } from "../command.ts";

export const catalogSources: Command = {
  details: "A file that cannot be read is told with its problem; the others are used all the same.",
  examples: ["aloft catalog sources"],
  async run({ connection, json, style, host, print, printJson, note }) {
    const sources = await connection.repeatable("listOfferSources");
    if (json) {
      printJson(sources);
      return 0;
    }
    print(...sourcesTable(sources, { width: host.stdout.columns(), heading: style.bold }));
    for (const { name, problem } of sources)
      if (problem?.includes("\n")) note(`${name}: ${problem}`);
    return 0;
  },
};
