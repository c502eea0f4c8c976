import { formatBytes } from "../../base/bytes.ts";
import type { Image } from "../../model/image.ts";
import type { Command } from "../command.ts";
import { formatTime } from "../quantities.ts";
import { formatTable } from "../table.ts";

export const imageLs: Command = {
  examples: ["aloft image ls", "aloft image ls --json | jq 'map(.bytes) | add'"],
  async run({ connection, json, style, host, print, printJson, note }) {
    const images = await connection.repeatable("listImages");
    if (json) printJson(images);
    else if (images.length === 0) note("no images yet; `aloft image build --from debian:bookworm`");
    else print(...imageTable(images, style.bold, host.stdout.columns()));
    return 0;
  },
};

export function imageTable(
  images: readonly Image[],
  heading: (text: string) => string,
  width: number | undefined,
): string[] {
  return formatTable(
    [
      { title: "IMAGE" },
      { title: "NAMES", flexible: true },
      { title: "SIZE", align: "right" },
      { title: "BUILT" },
      { title: "FROM", flexible: true },
    ],
    images.map(({ digest, names, bytes, createdAt, recipe }) => [
      shortDigest(digest),
      names.join(", "),
      formatBytes(bytes),
      formatTime(createdAt),
      [recipe.from, ...recipe.packages.map((one) => `+${one}`)].join(" "),
    ]),
    { width, heading },
  );
}

/** Enough of a digest to name an image; commands take any unique start. */
function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}
