import { formatBytes } from "../../base/bytes.ts";
import type { Doctor } from "../../contract/operations.ts";
import type { Command } from "../command.ts";
import { createProgress } from "../progress.ts";
import type { Style } from "../style.ts";
import { formatTable } from "../table.ts";

export const doctor: Command = {
  details:
    "Each engine is tried for real. What worked is remembered; what did not is tried again each time.",
  options: [{ flags: "--fresh", description: "try everything again" }],
  examples: ["aloft doctor", "aloft doctor --fresh --json"],
  async run({ connection, host, options, json, style, print, printJson }) {
    using progress = createProgress(host.stderr, !host.stderr.terminal);
    progress.show("trying each engine (a virtual machine takes some seconds the first time)");
    const query = options.flag("fresh") ? { query: { fresh: "true" } } : {};
    const answer = await connection.repeatable("doctor", query);
    progress.clear();
    if (json) printJson(answer);
    else print(...doctorLines(answer, style));
    return 0;
  },
};

export function doctorLines({ machine, engines, platform }: Doctor, style: Style): string[] {
  const sign = (ok: boolean): string => (ok ? style.green("✓") : style.red("✗"));
  const rows = engines.flatMap(({ level, engine, availability }) => {
    const { available, detail, remedy } = availability;
    const [first = "", ...more] = detail.split("\n");
    return [
      [sign(available), level, engine, first],
      ...more.map((line) => ["", "", "", line]),
      ...(remedy ? [["", "", "", `${style.dim("→")} ${remedy}`]] : []),
    ];
  });
  const columns = [{ title: "" }, { title: "LEVEL" }, { title: "ENGINE" }, { title: "" }];
  return [
    `${machine.processor}: ${machine.cpus} cpus, ${formatBytes(machine.memoryBytes)}, kernel ${machine.kernel}`,
    "",
    ...formatTable(columns, rows, { heading: style.bold }),
    "",
    ...formatTable(
      [{ title: "" }, { title: "PLATFORM" }, { title: "" }],
      platform.map(({ ok, name, detail }) => [sign(ok), name, detail]),
      { heading: style.bold },
    ),
  ];
}
