import type { Accuracy, Score } from "../../model/accuracy.ts";
import type { Command } from "../command.ts";
import { formatPercent, formatTime, plural } from "../quantities.ts";
import type { Style } from "../style.ts";
import { formatTable } from "../table.ts";

export const accuracy: Command = {
  details: `Every run keeps what was predicted of it before it began. This holds the predictions against the facts.
Of the intervals, which leave out one time in ten on either side, 80 % should hold.`,
  examples: ["aloft accuracy", "aloft accuracy --json"],
  async run({ connection, json, print, printJson, style, host }) {
    const answer = await connection.repeatable("accuracy", {});
    if (json) printJson(answer);
    else print(...accuracyLines(answer, style, host.stdout.columns()));
    return 0;
  },
};

function accuracyLines({ runs, since, scores }: Accuracy, style: Style, width?: number): string[] {
  if (runs === 0 || since === null)
    return [
      "nothing to score yet: no run with a prediction has succeeded; `aloft run FILE` makes one",
    ];
  const columns = [
    { title: "ENGINE" },
    { title: "TERM" },
    { title: "RUNS", align: "right" as const },
    { title: "UNKNOWN", align: "right" as const },
    { title: "MEDIAN ERROR", align: "right" as const },
    { title: "BIAS", align: "right" as const },
    { title: "WITHIN INTERVAL", align: "right" as const },
  ];
  return [
    `predicted and actual of ${plural(runs, "run")} since ${formatTime(since)}`,
    "",
    ...formatTable(columns, scores.map(row), { width, heading: style.bold }),
    style.dim("BIAS is actual by predicted; of the intervals 80 % should hold"),
  ];
}

function row({ level, engine, term, runs, unknown, medianError, bias, coverage }: Score): string[] {
  return [
    `${level} (${engine})`,
    term,
    String(runs),
    String(unknown),
    medianError === null ? "" : formatPercent(medianError),
    bias === null ? "" : `${bias.toFixed(2)}×`,
    coverage === null ? "" : formatPercent(coverage),
  ];
}
