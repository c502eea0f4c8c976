import type { Command } from "../command.ts";
import { AloftError } from "../../base/errors.ts";

export const schema: Command = {
  arguments: "<what>",
  completes: "none",
  details: `What there is: workload. Editors with the YAML language server read the schema from the first line
of a file: # yaml-language-server: $schema=workload.schema.json`,
  examples: ["aloft schema workload > workload.schema.json"],
  async run({ args, printJson }) {
    if (args[0] !== "workload")
      throw new AloftError("bad-input", `there is no schema "${args[0]}"`, {
        hint: "`aloft schema workload`",
      });
    const { workloadJsonSchema } = await import("../../model/workload-json-schema.ts");
    printJson(workloadJsonSchema());
    return 0;
  },
};
