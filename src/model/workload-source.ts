import { parseSbatch, type SbatchWorkload } from "./sbatch.ts";
import { parseWorkload } from "./workload-file.ts";
import type { Overrides } from "./workload-overrides.ts";

/** Reads a workload from either of its sources: a batch script for Slurm, or YAML (or JSON). */
export function readWorkload(
  text: string,
  file: string,
  overrides: Overrides = {},
): SbatchWorkload {
  if (isScript(text, file)) return parseSbatch(text, file, overrides);
  return { workload: parseWorkload(text, file, overrides), notices: [] };
}

/** A script begins with `#!`, is named as one, or has a directive among the comments at its head. */
function isScript(text: string, file: string): boolean {
  if (/^\u{feff}?#!/u.test(text) || /\.(?:sbatch|slurm|sh)$/.test(file)) return true;
  for (const line of text.slice(0, 65_536).split("\n")) {
    if (line.startsWith("#SBATCH")) return true;
    if (/^\s*[^\s#]/.test(line)) return false;
  }
  return false;
}
