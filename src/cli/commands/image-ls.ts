import { formatBytes } from "../../base/bytes.ts";
import type { Image, Recipe } from "../../model/image.ts";
import type { Command } from "../command.ts";
import { formatTime, plural } from "../quantities.ts";
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
      recipeText(recipe),
    ]),
    { width, heading },
  );
}

/** `debian:bookworm +2 packages +1 step`: images from one source can be told apart. */
function recipeText({ from, packages, run }: Recipe): string {
  return [
    from,
    ...(packages.length > 0 ? [`+${plural(packages.length, "package")}`] : []),
    ...(run.length > 0 ? [`+${plural(run.length, "step")}`] : []),
  ].join(" ");
}

/** Enough of a digest to name an image; commands take any unique start. */
function shortDigest(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}
