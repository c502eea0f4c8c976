import type { FieldPath } from "./workload-problem.ts";

/** What people call a field elsewhere: in Slurm, Docker, Kubernetes, GitLab. */
const otherNames: Record<string, string> = {
  cmd: "command",
  exec: "command",
  script: "command",
  run: "command",
  entrypoint: "command",
  envs: "env",
  environment: "env",
  variables: "env",
  cwd: "workdir",
  directory: "workdir",
  working_dir: "workdir",
  container: "image",
  docker: "image",
  cores: "resources.cpus",
  nproc: "resources.cpus",
  mem: "resources.memory",
  ram: "resources.memory",
  walltime: "resources.time",
  timeout: "resources.time",
  time_limit: "resources.time",
  storage: "resources.disk",
  files: "inputs",
  results: "outputs",
  ntasks: "parallel.ranks",
  np: "parallel.ranks",
  backend: "engine",
  runtime: "engine",
  regexp: "regex",
  pattern: "regex",
  jsonpath: "json",
  file: "from",
  units: "unit",
};

/**
 * The field that somebody meant by an unknown one: a similar one allowed at that place, else what other programs call so,
 * else the same or a similar name elsewhere in the file. As it is to be written at that place, or with dots from the top.
 */
export function suggestField(
  name: string,
  here: FieldPath,
  allowed: readonly string[],
  everywhere: readonly string[],
): string | undefined {
  const near = nearest(name, allowed);
  if (near !== undefined) return near;
  const lower = name.toLowerCase().replaceAll("-", "_");
  const other = Object.hasOwn(otherNames, lower) ? otherNames[lower] : undefined;
  if (other !== undefined && (allowed.includes(other) || everywhere.includes(other)))
    return fromHere(other, here);
  const elsewhere = nearest(name, everywhere.map(last));
  const found = everywhere.find((path) => last(path) === elsewhere);
  return found === undefined ? undefined : fromHere(found, here);
}

function last(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function fromHere(path: string, here: FieldPath): string {
  const prefix = `${here.join(".")}.`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** The most similar candidate, if it is as similar as a slip of the fingers. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const most = word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3));
  let best: { distance: number; candidate: string } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { distance, candidate };
  }
  return best?.candidate;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
