import { offerLines } from "../catalog-text.ts";
import type { Command } from "../command.ts";

export const catalogShow: Command = {
  arguments: "<offer>",
  examples: [
    "aloft catalog show aws/us-east-1/c7i.4xlarge",
    "aloft catalog show azure/eastus/Standard_HB120rs_v3 --json",
  ],
  async run({ connection, args, json, style, print, printJson }) {
    const [id = ""] = args;
    const offer = await connection.repeatable("getOffer", { params: { id } });
    if (json) printJson(offer);
    else print(...offerLines(offer, style.dim));
    return 0;
  },
};
