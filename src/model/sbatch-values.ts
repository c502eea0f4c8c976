import { shown } from "../base/shown.ts";

/** What the directives of a script ask for, in Slurm's terms. */
export interface SlurmRequest {
  tasks?: number;
  tasksPerNode?: number;
  cpusPerTask?: number;
  leastCpus?: number;
  gpus?: number;
  gpusPerTask?: number;
  cpusPerGpu?: number;
  /** Bytes. */
  memory?: number;
  memoryPerCpu?: number;
  memoryPerGpu?: number;
  disk?: number;
  /** Seconds. */
  time?: number;
  indices?: readonly number[];
  name?: string;
  folder?: string;
  partition?: string;
  account?: string;
  readonly env: Record<string, string>;
  readonly licenses: Record<string, number>;
}

/** Why a value cannot be used (`wrong`), or what becomes of it (`notice`); nothing where all is well. */
export type Answer = { readonly wrong: string } | { readonly notice: string } | undefined;

const powers = { K: 1, M: 2, G: 3, T: 4 } as const;

/** Slurm's sizes: powers of 1024, and MiB where no unit is written. */
export function size(text: string, set: (bytes: number) => void): Answer {
  const [, number, unit = "M"] = /^(\d{1,15})([KMGT])?B?$/i.exec(text) ?? [];
  const bytes = Number(number) * 1024 ** powers[unit.toUpperCase() as keyof typeof powers];
  if (!(bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER))
    return {
      wrong: `${shown(text)} is not a size of Slurm: write a whole number and K, M, G or T, such as 16G`,
    };
  set(bytes);
  return undefined;
}

export function nodes(text: string): Answer {
  const [, least, most] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text) ?? [];
  if (least === undefined || Number(least) === 0)
    return { wrong: `${shown(text)} is not a number of nodes` };
  if (Number(least) > 1)
    return {
      wrong: `it asks for ${least} nodes, and Aloft runs it on one; ask for --nodes=1 with as many tasks as one machine holds`,
    };
  return Number(most ?? 1) > 1 ? { notice: "it gets one node" } : undefined;
}

export function gres(text: string, request: SlurmRequest): Answer {
  if (text === "none") return undefined;
  let answer: Answer;
  for (const one of text.split(",")) {
    const [, rest] = /^(?:gres[:/])?gpu(?::(.*))?$/.exec(one) ?? [undefined, null];
    if (rest === null)
      return {
        wrong: `${shown(one)} is a resource that Aloft does not know; expected gpu, gpu:2 or gpu:type:2`,
      };
    answer = gpus(rest ?? "1", request) ?? answer;
    if (answer && "wrong" in answer) return answer;
  }
  return answer;
}

/** `2`, `a100:2`, `a100`. */
export function gpus(text: string, request: SlurmRequest): Answer {
  const [, type, number = "1"] = /^(?:([A-Za-z][\w.-]*)(?::|$))?(\d{1,4})?$/.exec(text) ?? [];
  if (text === "" || (type === undefined && !/^\d/.test(text)))
    return { wrong: `${shown(text)} is not a number of gpus; expected 2 or type:2` };
  request.gpus = Number(number);
  return type === undefined ? undefined : { notice: `any gpus are taken, not only ${type}` };
}

export function licenses(text: string, request: SlurmRequest): Answer {
  for (const one of text.split(",")) {
    const [, name, number = "1"] = /^([\w.@-]+)(?::([1-9]\d{0,5}))?$/.exec(one) ?? [];
    if (name === undefined || name === "__proto__")
      return {
        wrong: `${shown(one)} is no licence; expected names with numbers, such as fluent:4`,
      };
    request.licenses[name] = Number(number);
  }
  return undefined;
}

/** Slurm passes the submitting shell's environment on; an image has its own, and a run must be repeatable. */
export function exported(text: string, request: SlurmRequest): Answer {
  const unknown: string[] = [];
  for (const one of text.split(",")) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(one) ?? [];
    if (name === undefined || name === "__proto__")
      return { wrong: `${shown(one)} is not a variable` };
    if (value !== undefined) request.env[name] = value;
    else if (name !== "NONE" && name !== "NIL") unknown.push(name);
  }
  if (unknown.length === 0) return undefined;
  const what = unknown.includes("ALL") ? "variables of the submitting shell" : unknown.join(", ");
  return { notice: `${what} not passed on; name what it needs with --env NAME=value` };
}

export function kept(pattern: string, stream: string, file: string): string {
  return pattern === "/dev/null"
    ? `${stream} is kept all the same, see \`aloft logs\``
    : `${stream} is in the file ${file} of the run's folder, see \`aloft logs\``;
}
