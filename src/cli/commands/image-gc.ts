import { formatBytes } from "../../base/bytes.ts";
import type { Command } from "../command.ts";
import { plural } from "../quantities.ts";

export const imageGc: Command = {
  details: `Named images, images of runs that have not ended and images that a run used within the last 7 days
stay; what steps have cached goes.`,
  options: [{ flags: "--all", description: "images that were used within 7 days too" }],
  examples: ["aloft image gc", "aloft image gc --all"],
  async run({ connection, json, options, print, printJson }) {
    const answer = await connection.repeatable("collectImages", {
      body: { all: options.flag("all") },
    });
    if (json) printJson(answer);
    else print(`removed ${plural(answer.removed.length, "thing")}, ${formatBytes(answer.bytes)}`);
    return 0;
  },
};
