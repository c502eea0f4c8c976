import { formatBytes } from "../../base/bytes.ts";
import type { Image } from "../../model/image.ts";
import type { Command } from "../command.ts";

/** An image as it was, and what was taken away: one of its names, or the image with all of them. */
interface Removed extends Image {
  readonly removed: "name" | "image";
}

export const imageRm: Command = {
  arguments: "<image...>",
  completes: "image",
  details: `A name of several is removed alone; the last name takes the image with it, and so does a digest.
An image that a run needs is not removed. With --json \`removed\` is "name" or "image".`,
  examples: ["aloft image rm fortran"],
  async run({ connection, args, json, print, printJson }) {
    const removed: Removed[] = [];
    for (const reference of args) {
      const image = await connection.client("removeImage", { params: { reference } });
      const one: Removed = {
        ...image,
        removed: isOneOfSeveral(image, reference) ? "name" : "image",
      };
      removed.push(one);
      if (!json) print(removedText(one, reference));
    }
    if (json) printJson(removed);
    return 0;
  },
};

/** The same question as the store asks: then it removes the name only. */
function isOneOfSeveral({ names }: Image, reference: string): boolean {
  return names.length > 1 && names.includes(reference);
}

function removedText({ removed, digest, bytes, names }: Removed, reference: string): string {
  if (removed === "image") return `removed ${digest} (${formatBytes(bytes)})`;
  const left = names.filter((name) => name !== reference).join(", ");
  return `removed the name ${reference}; the image ${digest} is kept as ${left}`;
}
