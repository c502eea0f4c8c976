import { createReadStream, type Dirent } from "node:fs";
import { glob, lstat, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { jobFiles } from "../model/job.ts";
import { readMetric } from "../model/metrics.ts";
import type { MetricValue, OutputFile, Run } from "../model/run.ts";
import type { Workload } from "../model/workload.ts";

/** Outputs larger than this are not searched for metrics: a regular expression over them could take minutes. */
const metricBytes = 16 * 1024 * 1024;

export interface Results {
  readonly outputs: OutputFile[];
  readonly metrics: Record<string, MetricValue>;
  readonly outputBytes: number;
}

/** Looks at what an ended run left in its directory. A missing output or number is told as such, never an error. */
export async function collectResults({ workload, folder }: Run): Promise<Results> {
  const outputs = await findOutputs(workload, join(folder, jobFiles.work));
  const metrics: Record<string, MetricValue> = {};
  for (const [name, metric] of Object.entries(workload.metrics)) {
    const text = await readTail(metricSource(folder, metric.from));
    const value = text === undefined ? null : readMetric(metric, text);
    const { unit, better } = metric;
    metrics[name] = { value, unit, ...(better === undefined ? {} : { better }) };
  }
  const outputBytes = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  return { outputs, metrics, outputBytes };
}

function metricSource(folder: string, from: string): string | undefined {
  if (from === jobFiles.stdout || from === jobFiles.stderr) return join(folder, from);
  return inside(join(folder, jobFiles.work), from);
}

/** The path below `folder`, or `undefined` where it would climb out of it. */
function inside(folder: string, path: string): string | undefined {
  const full = resolve(folder, path);
  return full.startsWith(folder + sep) ? full : undefined;
}

async function findOutputs({ outputs }: Workload, work: string): Promise<OutputFile[]> {
  if (outputs.length === 0) return [];
  const found = new Map<string, number>();
  // `glob` does not follow symbolic links below a pattern: what a program links to stays where it is.
  const entries: AsyncIterable<Dirent> = glob([...outputs], { cwd: work, withFileTypes: true });
  for await (const entry of entries) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(work, full);
    if (path.startsWith("..") || !entry.isFile()) continue;
    found.set(path, (await lstat(full)).size);
  }
  return [...found].map(([path, bytes]) => ({ path, bytes })).toSorted(byPath);
}

function byPath(a: OutputFile, b: OutputFile): number {
  return a.path < b.path ? -1 : 1;
}

/** The last part of a file as text, `undefined` where there is no such plain file. */
async function readTail(file: string | undefined): Promise<string | undefined> {
  const status = file === undefined ? undefined : await lstat(file).catch(() => undefined);
  if (file === undefined || !status?.isFile()) return undefined;
  if (status.size <= metricBytes) return readFile(file, "utf8");
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start: status.size - metricBytes }))
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
