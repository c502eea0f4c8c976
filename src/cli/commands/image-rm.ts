import { formatBytes } from "../../base/bytes.ts";
import type { Image } from "../../model/image.ts";
import type { Command } from "../command.ts";

export const imageRm: Command = {
  arguments: "<image...>",
  completes: "image",
  details: "An image that a run needs is not removed.",
  examples: ["aloft image rm fortran"],
  async run({ connection, args, json, print, printJson }) {
    const removed: Image[] = [];
    for (const reference of args)
      removed.push(await connection.client("removeImage", { params: { reference } }));
    if (json) printJson(removed);
    else
      for (const { digest, bytes } of removed) print(`removed ${digest} (${formatBytes(bytes)})`);
    return 0;
  },
};
