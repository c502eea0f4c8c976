import { formatBytes } from "../../base/bytes.ts";
import type { Command } from "../command.ts";
import { plural } from "../quantities.ts";

export const imageGc: Command = {
  details: "Named images and images of runs that have not ended stay.",
  examples: ["aloft image gc"],
  async run({ connection, json, print, printJson }) {
    const answer = await connection.repeatable("collectImages");
    if (json) printJson(answer);
    else print(`removed ${plural(answer.removed.length, "thing")}, ${formatBytes(answer.bytes)}`);
    return 0;
  },
};
