import type { ReadWorkload } from "./read-workload.ts";
import { parseSbatch } from "./sbatch.ts";
import { readSkyTask } from "./skypilot.ts";
import { parseWorkload } from "./workload-file.ts";
import type { Overrides } from "./workload-overrides.ts";
import { profileNotices } from "./workload-profile-checks.ts";

/** Reads a workload from any of its sources: a batch script for Slurm, a task of SkyPilot, or YAML (or JSON) of our own. */
export function readWorkload(text: string, file: string, overrides: Overrides = {}): ReadWorkload {
  const { workload, notices } = read(text, file, overrides);
  return { workload, notices: [...notices, ...profileNotices(workload)] };
}

function read(text: string, file: string, overrides: Overrides): ReadWorkload {
  if (isScript(text, file)) return parseSbatch(text, file, overrides);
  const task = readSkyTask(text, file, overrides);
  return task ?? { workload: parseWorkload(text, file, overrides), notices: [] };
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
