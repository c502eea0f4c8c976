import { AloftError } from "../../base/errors.ts";
import { type QueuedJob, queueStates } from "./queue-history.ts";
import { exportCommand, type SacctRow, sacctRows } from "./sacct-rows.ts";
import { countIn, gpusOf, parseId, parseLimit, parseMemory, parseTime } from "./sacct-values.ts";
import { unknownState, type WaitRecord, type WaitRequest } from "./wait-record.ts";

export interface SacctOptions {
  /** The name that errors give to the text. */
  readonly file: string;
  /** The export has the jobs of all users (`--allusers`, and the right to see them): only then does it tell the queue. */
  readonly allUsers: boolean;
}

export interface SacctImport {
  /** In the order in which the jobs became eligible. */
  readonly records: readonly WaitRecord[];
  /** Lines without a record, by reason. */
  readonly skipped: Readonly<Record<Skipped, number>>;
}

/**
 * `steps` of a job do not queue; who never became `eligible` waited for something else than the queue, as do tasks that their own
 * array holds back (`limited`).
 */
export type Skipped = "steps" | "eligible" | "limited";

interface SacctJob extends QueuedJob {
  readonly request: WaitRequest;
  readonly limited: boolean;
}

/**
 * Waits from `sacct --parsable2`, with the columns that its header names (others are ignored) or, without header, those of
 * `exportCommand`. The wait counts from when a job became eligible, not from when it was submitted. Jobs that still wait, and those
 * that were cancelled before they started, are kept as waits without end. Throws `bad-input` with file, line and column.
 */
export function importSacct(text: string, { file, allUsers }: SacctOptions): SacctImport {
  const skipped = { steps: 0, eligible: 0, limited: 0 };
  const jobs: SacctJob[] = [];
  let latest = 0;
  for (const row of sacctRows(text, file)) {
    const id = parsed(row, "jobid", parseId, "a job such as 123, 123_4 or 123_[1-10%2]");
    if (id.step) {
      skipped.steps += 1;
      continue;
    }
    const times = timesOf(row);
    latest = Math.max(latest, ...Object.values(times).map((time) => time ?? 0));
    if (times.eligible === null) skipped.eligible += 1;
    else jobs.push({ ...jobOf(row, { ...times, eligible: times.eligible }), ...id });
  }
  if (jobs.length === 0 && skipped.steps + skipped.eligible === 0)
    throw new AloftError("bad-input", `${file}:1:1: there are no jobs in it`, {
      hint: `export them with \`${exportCommand}\``,
    });
  return recordsOf(jobs, { latest, allUsers, skipped });
}

interface Times {
  readonly eligible: number | null;
  readonly start: number | null;
  readonly end: number | null;
}

function timesOf(row: SacctRow): Times {
  const at = (column: string): number | null =>
    row.cell(column) === undefined
      ? null
      : parsed(row, column, parseTime, "a time such as 2024-03-05T12:34:56, Unknown or None");
  const eligible = row.cell("eligible") === undefined ? at("submit") : at("eligible");
  at("submit");
  const [start, end] = [at("start"), at("end")];
  // Not every version writes None for what was cancelled in the queue: it may start when it ends.
  const never = /^cancelled/i.test(row.cell("state") ?? "") && start === end;
  const waits = /^(?:pending|requeued)/i.test(row.cell("state") ?? "");
  return { eligible, start: never || waits ? null : start, end };
}

function jobOf(
  row: SacctRow,
  times: Times & { eligible: number },
): Omit<SacctJob, "tasks" | "limited"> {
  const tres = row.cell("reqtres") ?? "";
  const cpus =
    count(row, "reqcpus") ||
    count(row, "alloccpus") ||
    count(row, "ncpus") ||
    (countIn(tres, "cpu") ?? 1);
  const nodes =
    count(row, "reqnodes") ||
    count(row, "nnodes") ||
    count(row, "allocnodes") ||
    countIn(tres, "node");
  const memory = row.cell("reqmem") ?? "";
  const memoryBytes = parseMemory(memory, { cpus, nodes: nodes || 1 });
  if (memoryBytes === undefined)
    throw row.wrong("reqmem", "a size such as 16G, 4000M, 4Gn (a node) or 4Gc (a cpu)");
  const gpus = row.cell("reqtres") === undefined ? null : gpusOf(tres);
  const timeLimitSeconds =
    row.cell("timelimit") === undefined
      ? null
      : parsed(row, "timelimit", parseLimit, "a time such as 1-00:00:00, or UNLIMITED");
  const partition = row.cell("partition") || null;
  const account = row.cell("account") || null;
  const request = {
    cpus,
    memoryBytes,
    nodes: nodes || null,
    gpus,
    timeLimitSeconds,
    partition,
    account,
  };
  return { ...times, cpus, gpus, timeLimitSeconds, partition, request };
}

/** 0 where the export does not have the column. Slurm writes thousands as `1.50K` where it may. */
function count(row: SacctRow, column: string): number {
  const text = row.cell(column);
  if (text === undefined || text === "") return 0;
  const [, number, thousands] = /^(\d+(?:\.\d+)?)(K)?$/.exec(text) ?? [];
  if (number === undefined) throw row.wrong(column, "a number");
  return Number(number) * (thousands === undefined ? 1 : 1024);
}

function parsed<T>(
  row: SacctRow,
  column: string,
  parse: (text: string) => T | undefined,
  expected: string,
): T {
  const value = parse(row.cell(column) ?? "");
  if (value === undefined) throw row.wrong(column, expected);
  return value;
}

interface Seen {
  /** The latest time in the export: what had not happened by then is not known. */
  readonly latest: number;
  readonly allUsers: boolean;
  readonly skipped: Record<Skipped, number>;
}

function recordsOf(jobs: readonly SacctJob[], { latest, allUsers, skipped }: Seen): SacctImport {
  const sorted = jobs.toSorted((a, b) => a.eligible - b.eligible);
  const states = allUsers ? queueStates(sorted) : [];
  const left = { ...skipped };
  const records = sorted.flatMap((job, index): WaitRecord[] => {
    const until = job.start ?? job.end ?? latest;
    if (job.start === null && (job.limited || until < job.eligible)) {
      left[job.limited ? "limited" : "eligible"] += 1;
      return [];
    }
    return [
      {
        request: job.request,
        state: states[index] ?? unknownState,
        observedAt: new Date(job.eligible * 1000).toISOString(),
        // Clocks are set back now and then.
        waitSeconds: Math.max(0, until - job.eligible),
        started: job.start !== null,
      },
    ];
  });
  return { records, skipped: left };
}
