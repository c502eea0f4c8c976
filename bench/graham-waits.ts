import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { AloftError } from "../src/base/errors.ts";
import type { WaitRecord } from "../src/planner/wait/wait-record.ts";

/** A snapshot of one noon, as far as it had been seen. */
export interface Snapshot {
  readonly at: string;
  readonly records: readonly WaitRecord[];
}

const mebibyte = 1024 ** 2;
const hour = 3600;

/**
 * The jobs that waited on the cluster Graham at noon of each day of May 2021, in the order of the days
 * (github.com/mila-iqia/slurm-queue-time-pred, MIT; its docs/0_Data.md describes the columns). The wait is counted from
 * the snapshot. Left out is what was not yet known then: start, state, run time and `priority_x`, which the accounting
 * holds as it was when the job started.
 */
export function readGrahamWaits(data: string): Snapshot[] {
  const file = join(data, "slurm-waits/graham.csv");
  if (!existsSync(file))
    throw new AloftError("not-found", `${file} is not there`, {
      hint: "give the folder of the reference data, such as --data ../shared/data",
    });
  const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true });
  const byTime = Map.groupBy(rows, (row) => row.poll_time ?? "");
  return [...byTime]
    .map(([at, own]) => ({ at: iso(at), records: own.map(recordOf) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

function recordOf(row: Record<string, string>): WaitRecord {
  const number = (name: string): number | null => {
    const text = row[name];
    if (text === undefined || text === "") return null;
    return text === "inf" ? Number.MAX_VALUE : Number(text);
  };
  const cpuSeconds = (name: string): number | null => {
    const hours = number(name);
    return hours === null ? null : hours * hour;
  };
  const seenAt = iso(row.poll_time ?? "");
  return {
    request: {
      cpus: number("req_cpus") ?? 1,
      memoryBytes: (number("req_mem_total") ?? 0) * mebibyte,
      nodes: number("alloc_nodes"),
      gpus: null,
      timeLimitSeconds: number("time_limit_sec"),
      partition: row.partition_id_x ?? null,
      account: row.account_id ?? null,
    },
    state: {
      ahead: {
        jobs: number("q_jobs_above"),
        cpus: number("q_cores_above"),
        cpuSeconds: cpuSeconds("q_core_hours_above"),
        gpus: number("q_gpus_above"),
      },
      aheadInPartition: {
        jobs: number("q_p_jobs_above"),
        cpus: number("q_p_cores_above"),
        cpuSeconds: cpuSeconds("q_p_core_hours_above"),
        gpus: null,
      },
      running: {
        jobs: null,
        cpus: number("r_cores_above"),
        cpuSeconds: cpuSeconds("r_core_hours_above"),
        gpus: number("r_gpus_above"),
      },
      runningInPartition: {
        jobs: null,
        cpus: number("r_p_cores_above"),
        cpuSeconds: cpuSeconds("r_p_core_hours_above"),
        gpus: null,
      },
      fairShare: number("level_fs_poll"),
      waitedSeconds: secondsBetween(iso(row.submit_time ?? ""), seenAt),
      held: iso(row.eligible_time ?? "") > seenAt,
    },
    observedAt: seenAt,
    waitSeconds: number("poll_wait_sec") ?? Number.NaN,
    started: true,
  };
}

/** What was known of a snapshot at a later time: of a job that had not started by then, only that it still waited. */
export function asKnownAt(time: string, { at, records }: Snapshot): WaitRecord[] {
  const seen = secondsBetween(at, time);
  return records.map((record) =>
    record.waitSeconds <= seen ? record : { ...record, waitSeconds: seen, started: false },
  );
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** The file's times have no zone; it does not matter which one is taken for all. */
function iso(time: string): string {
  return `${time.replace(" ", "T")}Z`;
}
