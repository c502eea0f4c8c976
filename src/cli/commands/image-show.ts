import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import type { Command } from "../command.ts";
import { formatTime } from "../quantities.ts";
import { formatPairs } from "../table.ts";

export const imageShow: Command = {
  arguments: "<image>",
  completes: "image",
  examples: ["aloft image show fortran", "aloft image show sha256:3f9 --json"],
  async run({ connection, args, json, style, print, printJson }) {
    const [reference = ""] = args;
    const image = await connection.repeatable("getImage", { params: { reference } });
    if (json) {
      printJson(image);
      return 0;
    }
    const { recipe, env } = image;
    print(
      ...formatPairs(
        [
          ["image", image.digest],
          ["names", image.names.join(", ")],
          ["from", recipe.from],
          ["pinned", image.pinned],
          ["packages", recipe.packages.join(" ")],
          ["run", recipe.run.join("\n")],
          ["size", formatBytes(image.bytes)],
          ["built", `${formatTime(image.createdAt)}, in ${formatDuration(image.buildSeconds)}`],
          ["for", image.architecture],
          ["workdir", image.workdir],
          [
            "env",
            Object.entries(env)
              .map(([name, value]) => `${name}=${value}`)
              .join("\n"),
          ],
          ["entrypoint", image.entrypoint.join(" ")],
          ["command", image.command.join(" ")],
        ],
        style.dim,
      ),
    );
    return 0;
  },
};
