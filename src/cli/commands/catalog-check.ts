import { brokenLines, findingLines } from "../catalog-text.ts";
import type { Command } from "../command.ts";

export const catalogCheck: Command = {
  details: `Tells prices that are old, of the future, zero or far from others of their platform, spot dearer
than on demand, odd memory and clocks, and sources that contradict one another. Ends with 0 whatever
it finds.`,
  examples: ["aloft catalog check", "aloft catalog check --json | jq '.[].code' | sort | uniq -c"],
  async run({ connection, json, style, print, printJson, note }) {
    const { findings, broken } = await connection.repeatable("checkCatalog");
    note(...brokenLines(broken));
    if (json) printJson(findings);
    else if (findings.length === 0) print("nothing found");
    else print(...findingLines(findings, style.bold));
    return 0;
  },
};
