import type { Command } from "../command.ts";
import { reportBuild } from "./image-build.ts";

export const imagePull: Command = {
  arguments: "<reference>",
  completes: "none",
  details: "Credentials come from the usual file of podman, skopeo and docker.",
  options: [
    { flags: "--name <name>", description: "a name for the image" },
    { flags: "-q, --quiet", description: "no progress on standard error" },
  ],
  examples: ["aloft image pull alpine:3.20", "aloft image pull ghcr.io/owner/code:1.2 --name code"],
  async run(context) {
    const [reference = ""] = context.args;
    const name = context.options.text("name");
    const from = reference.includes("://") ? reference : `docker://${reference}`;
    return reportBuild(context, {
      recipe: { from, packages: [], run: [] },
      origin: context.host.cwd,
      refresh: true,
      ...(name === undefined ? {} : { name }),
    });
  },
};
