import { formatBytes } from "../../base/bytes.ts";
import { formatDuration } from "../../base/durations.ts";
import { errorCodes } from "../../base/errors.ts";
import type { Status } from "../../contract/operations.ts";
import type { Command } from "../command.ts";
import { formatNumber, formatTime, plural } from "../quantities.ts";
import type { Style } from "../style.ts";
import { formatPairs } from "../table.ts";
import { isAbsent } from "../transport.ts";

export const status: Command = {
  details: "Never starts Aloft: where it does not run, it says so and ends with exit code 6.",
  examples: ["aloft status", "aloft status --json | jq .used"],
  async run({ connection, host, json, style, print, printJson }) {
    try {
      const answer = await connection.present("status");
      if (json) printJson({ running: true, ...answer });
      else print(...statusLines(answer, style, Date.now() / 1000));
      return 0;
    } catch (error) {
      if (!isAbsent(error)) throw error;
      if (json) printJson({ running: false, home: host.home });
      else
        print(
          `Aloft is ${style.yellow("not running")}; its state is in ${host.home}`,
          "`aloft up` starts it",
        );
      return errorCodes.unavailable.exit;
    }
  },
};

export function statusLines(
  { version, pid, home, startedAt, machine, used, runs, warnings }: Status,
  style: Style,
  now: number,
): string[] {
  const counts = Object.entries(runs).filter(([, count]) => count > 0);
  const memory = `${formatBytes(used.memoryBytes)} of ${formatBytes(machine.memoryBytes)} memory`;
  return [
    ...formatPairs(
      [
        ["Aloft", `${style.green("running")}, version ${version}, process ${pid}`],
        ["since", `${formatTime(startedAt)} (${formatDuration(Math.max(0, now - startedAt))})`],
        ["state", home],
        ["machine", `${machine.processor}, ${machine.architecture}, kernel ${machine.kernel}`],
        ["in use", `${formatNumber(used.cpus)} of ${plural(machine.cpus, "cpu")}, ${memory}`],
        ["runs", counts.map(([state, count]) => `${count} ${state}`).join(", ") || "none yet"],
      ],
      style.dim,
    ),
    ...warnings.map((warning) => `${style.yellow("warning:")} ${warning}`),
  ];
}
