import { formatDuration } from "../base/durations.ts";
import { formatMoney } from "../base/money.ts";
import { costTerms, type Estimate, type Term, timeTerms } from "../model/estimate.ts";
import { type Candidate, isLocal, type Plan } from "../model/plan.ts";
import { termBar, termLegend } from "./plan-bars.ts";
import { plural } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatPairs, formatTable } from "./table.ts";

/** A plan for a person: what could run it, the best first; then what could not, and what would change that. */
export function planLines(plan: Plan, style: Style, width: number | undefined): string[] {
  const { candidates, advice, considered, objective } = plan;
  const feasible = candidates.filter(({ refusals }) => refusals.length === 0);
  const refused = candidates.filter(({ refusals }) => refusals.length > 0);
  const seen =
    considered.offers === 0
      ? ""
      : `, ${plural(considered.feasible, "candidate")} of ${considered.candidates} on ${plural(considered.offers, "offer")}`;
  return [
    `plan for ${style.bold(plan.workload)}: ${objectiveWords[objective]}${seen}`,
    "",
    ...(feasible.length > 0
      ? table(feasible, plan, style, width)
      : [style.red("nothing can run it")]),
    ...refusedLines(refused, style),
    ...refusedCounts(plan, style),
    ...(advice.length > 0 ? ["", ...advice.map((line) => `${style.cyan("advice:")} ${line}`)] : []),
  ];
}

const objectiveWords: Record<Plan["objective"], string> = {
  fastest: "the fastest first",
  cheapest: "the cheapest first",
  deadline: "the cheapest in time first",
  budget: "the fastest that can be paid first",
  pareto: "what nothing else beats in both time and price",
};

function table(
  feasible: readonly Candidate[],
  { currency }: Plan,
  style: Style,
  width: number | undefined,
): string[] {
  const longest = Math.max(...feasible.map((one) => (one.time.run.estimate ? known(one) : 0)), 0);
  const rows = feasible.map((one, index) => [
    String(index + 1),
    one.id + (one.undominated ? style.green(" ★") : ""),
    one.level,
    timeText(one, style),
    termBar(one.time, longest, style),
    priceText(one, currency, style),
    notes(one),
  ]);
  const columns = [
    { title: "#", align: "right" as const },
    { title: "WHERE" },
    { title: "LEVEL" },
    { title: "TIME (80 %)" },
    { title: "WHERE THE TIME GOES" },
    { title: "PRICE", align: "right" as const },
    { title: "WHY", flexible: true },
  ];
  const stars = feasible.some(({ undominated }) => undominated)
    ? `${style.green("★")} nothing else is both faster and cheaper; `
    : "";
  return [
    ...formatTable(columns, rows, { width, heading: style.bold }),
    style.dim(`${stars}${termLegend}; \`--explain WHERE\` shows each term`),
  ];
}

function known({ time }: Candidate): number {
  return timeTerms.reduce((sum, name) => sum + (time[name].estimate?.median ?? 0), 0);
}

/** The median with its 10 and 90 % points; of an unknown one, what is known of it. */
function timeText(candidate: Candidate, style: Style): string {
  if (candidate.seconds) return estimateText(candidate.seconds, formatDuration);
  if (!candidate.time.run.estimate) return style.dim("unknown");
  const missing = timeTerms.filter((name) => candidate.time[name].estimate === null);
  return `≥ ${formatDuration(candidate.atLeastSeconds)} ${style.dim(`+ ${missing.join(", ")}`)}`;
}

function estimateText({ median, low, high }: Estimate, format: (value: number) => string): string {
  if (low === high) return format(median);
  return `${format(median)} (${format(low)}–${format(high)})`;
}

/** The median; of an unknown one what is known of it, or what an hour costs. */
function priceText(
  { price, atLeastPrice, hourlyPrice }: Candidate,
  currency: string,
  style: Style,
): string {
  if (price) return formatMoney(price.median, currency);
  if (atLeastPrice !== null) return `≥ ${formatMoney(atLeastPrice, currency)}`;
  return hourlyPrice === null ? style.dim("unknown") : `${formatMoney(hourlyPrice, currency)}/h`;
}

function notes({ reasons, warnings, machines }: Candidate): string {
  const many = machines > 1 ? [`${machines} machines`] : [];
  return [...many, ...reasons, ...warnings.map(({ message }) => `! ${message}`)].join("; ");
}

/** An engine of this machine is told by its level, a rented place by its name. */
function nameOf(candidate: Candidate): string {
  return isLocal(candidate) ? `${candidate.level} (${candidate.engine})` : candidate.id;
}

/** Each refusal with its remedy. */
export function refusedLines(refused: readonly Candidate[], style: Style): string[] {
  if (refused.length === 0) return [];
  const lines = refused.flatMap((candidate) =>
    candidate.refusals.flatMap(({ message, remedy }) => [
      `  ${style.yellow("✗")} ${nameOf(candidate)}: ${message}`,
      ...(remedy ? [`      ${style.dim("→")} ${remedy}`] : []),
    ]),
  );
  return ["", style.bold("not possible"), ...lines];
}

function refusedCounts({ refused }: Plan, style: Style): string[] {
  if (refused.length === 0) return [];
  const width = Math.max(...refused.map(({ count }) => String(count).length));
  return [
    "",
    style.bold("refused on other offers"),
    ...refused.map(
      ({ code, count, example }) =>
        `  ${String(count).padStart(width)}  ${code.padEnd(18)} ${style.dim(`such as ${example}`)}`,
    ),
  ];
}

/** Everything about one candidate: each term with its formula and what it rests on. */
export function candidateLines(candidate: Candidate, currency: string, style: Style): string[] {
  const { id, time, cost, seconds, price, refusals, warnings, reasons } = candidate;
  const money = (value: number): string => formatMoney(value, currency);
  return [
    style.bold(id),
    ...reasons.map((reason) => `  ${reason}`),
    ...warnings.map(({ message }) => `  ${style.yellow("!")} ${message}`),
    ...refusals.flatMap(({ code, message, remedy }) => [
      `  ${style.yellow("✗")} ${message} ${style.dim(`(${code})`)}`,
      ...(remedy ? [`      ${style.dim("→")} ${remedy}`] : []),
    ]),
    "",
    `  time to the result: ${seconds ? estimateText(seconds, formatDuration) : "unknown"}`,
    ...timeTerms.flatMap((name) => termLines(name, time[name], formatDuration, style)),
    "",
    `  price: ${price ? estimateText(price, money) : "unknown"}`,
    ...costTerms.flatMap((name) => termLines(name, cost[name], money, style)),
  ];
}

/** A term with its formula and what it rests on. */
export function termLines(
  name: string,
  { estimate, formula, evidence, learn }: Term,
  format: (value: number) => string,
  style: Style,
): string[] {
  const value = estimate ? estimateText(estimate, format) : style.dim("unknown");
  const pairs = [
    ...evidence.map(({ kind, text, date }) => [kind, date ? `${text}, ${date}` : text] as const),
    ...(learn ? [["to learn it", learn] as const] : []),
  ];
  return [
    `    ${style.bold(name.padEnd(10))} ${value}  ${style.dim(`= ${formula}`)}`,
    ...formatPairs(pairs, style.dim).map((line) => `      ${line}`),
  ];
}
