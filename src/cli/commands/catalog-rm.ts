import type { OfferSource } from "../../model/catalog.ts";
import type { Command } from "../command.ts";
import { plural } from "../quantities.ts";

export const catalogRm: Command = {
  arguments: "<source...>",
  details: "What was imported is removed; the starter catalogue stays.",
  examples: ["aloft catalog rm prices-of-july"],
  async run({ connection, args, json, print, printJson }) {
    const removed: OfferSource[] = [];
    for (const name of args) {
      const source = await connection.client("removeOfferSource", { params: { name } });
      removed.push(source);
      if (!json) print(`removed ${name} (${plural(source.offers, "offer")})`);
    }
    if (json) printJson(removed);
    return 0;
  },
};
