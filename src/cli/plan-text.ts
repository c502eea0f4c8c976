import type { Plan } from "../model/plan.ts";
import { formatPrediction } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** A plan for a person: what could run it, the best first; then what could not, and what would change that. */
export function planLines(
  { workload, candidates, advice }: Plan,
  style: Style,
  width: number | undefined,
): string[] {
  const feasible = candidates.filter(({ refusals }) => refusals.length === 0);
  const refused = candidates.filter(({ refusals }) => refusals.length > 0);
  const rows = feasible.map(({ platform, level, engine, predicted, reasons }, index) => [
    String(index + 1),
    platform,
    level,
    engine,
    predicted ? formatPrediction(predicted) : style.dim("unknown"),
    reasons.join("; "),
  ]);
  const columns = [
    { title: "#", align: "right" as const },
    { title: "PLATFORM" },
    { title: "LEVEL" },
    { title: "ENGINE" },
    { title: "PREDICTED TIME" },
    { title: "WHY", flexible: true },
  ];
  const table =
    rows.length > 0
      ? formatTable(columns, rows, { width, heading: style.bold })
      : [style.red("nothing here can run it")];
  return [
    `plan for ${style.bold(workload)}`,
    "",
    ...table,
    ...refusedLines(refused, style),
    ...(advice.length > 0 ? ["", ...advice.map((line) => `${style.cyan("advice:")} ${line}`)] : []),
  ];
}

/** Each refusal with its remedy. */
export function refusedLines(refused: Plan["candidates"], style: Style): string[] {
  if (refused.length === 0) return [];
  const lines = refused.flatMap(({ level, engine, refusals }) =>
    refusals.flatMap(({ message, remedy }) => [
      `  ${style.yellow("✗")} ${level} (${engine}): ${message}`,
      ...(remedy ? [`      ${style.dim("→")} ${remedy}`] : []),
    ]),
  );
  return ["", style.bold("not possible"), ...lines];
}
