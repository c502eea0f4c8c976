import { parseSlurmTime } from "../../model/sbatch-time.ts";

/** `undefined` where a text is none of what sacct writes, here and below. */
export interface SacctId {
  /** Tasks of a job array that are one line as long as none of them has started. */
  readonly tasks: number;
  /** The array lets only some of its tasks run at once: what they wait for is not the queue. */
  readonly limited: boolean;
  readonly step: boolean;
}

const id = /^\d+(?:_(?:\d+|\[([^\]%]*)(%\d+)?\]?)|\+\d+)?(\.\S+)?$/;

/** `123`, `123_4`, `123_[1-10%2]`, `123+0` of a heterogeneous job, and their steps: `123.batch`, `123_4.0` (sacct(1), JobID). */
export function parseId(text: string): SacctId | undefined {
  const match = id.exec(text);
  if (!match) return undefined;
  const [, tasks, limit, step] = match;
  return { tasks: countOf(tasks), limited: limit !== undefined, step: step !== undefined };
}

/** `1-10,15,20-30:2`; sacct cuts long ones off with `...`, whose number is then too small. */
function countOf(tasks = "1"): number {
  let count = 0;
  for (const range of tasks.split(",")) {
    const [, from, to, step = "1"] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(range) ?? [];
    if (from === undefined) continue;
    count += Math.floor((Number(to ?? from) - Number(from)) / Math.max(1, Number(step))) + 1;
  }
  return Math.max(1, count);
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/** Seconds since 1970 as if the time were UTC, which it need not be: sacct writes no zone. `null` for what has not happened. */
export function parseTime(text: string): number | null | undefined {
  if (/^(?:unknown|none|none assigned|n\/a|)$/i.test(text)) return null;
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const seconds = time.test(text) ? Date.parse(`${text}Z`) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Seconds; `null` for no limit and for the partition's, which sacct does not tell. */
export function parseLimit(text: string): number | null | undefined {
  return /^(?:partition_limit|invalid|)$/i.test(text) ? null : parseSlurmTime(text);
}

const powers: Record<string, number> = { K: 1, M: 2, G: 3, T: 4, P: 5 };

/**
 * Bytes of the whole job. `16G` is all of it; in older versions `4Gn` is of each node and `4Gc` of each cpu. A number without
 * a unit is MiB. `null` for none, which is all the memory of the nodes.
 */
export function parseMemory(
  text: string,
  { cpus, nodes }: { cpus: number; nodes: number },
): number | null | undefined {
  if (text === "") return null;
  const [, number, unit = "M", per] = /^(\d+(?:\.\d+)?)([KMGTP])?([nc])?\??$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const times = per === "n" ? nodes : per === "c" ? cpus : 1;
  const bytes = Math.round(Number(number) * 1024 ** (powers[unit] ?? 2)) * times;
  return bytes === 0 ? null : bytes;
}

/** GPUs of `billing=4,cpu=4,gres/gpu=2,gres/gpu:a100=2,mem=16G,node=1`: types are parts of the sum where there is one. */
export function gpusOf(tres: string): number {
  let typed = 0;
  for (const entry of tres.split(",")) {
    const [, type, count] = /^gres\/gpu(:[^=]+)?=(\d+)$/.exec(entry) ?? [];
    if (count === undefined) continue;
    if (type === undefined) return Number(count);
    typed += Number(count);
  }
  return typed;
}

/** A plain count of `tres`, such as that of `cpu` or `node`. */
export function countIn(tres: string, name: string): number | undefined {
  const entry = tres.split(",").find((one) => one.startsWith(`${name}=`));
  const count = Number(entry?.slice(name.length + 1));
  return entry !== undefined && Number.isFinite(count) ? count : undefined;
}
