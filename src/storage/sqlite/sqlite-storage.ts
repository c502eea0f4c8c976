import { AloftError } from "../../base/errors.ts";
import { askedCpus } from "../../model/asked-cpus.ts";
import { EngineName } from "../../model/level.ts";
import { canMove, hasEnded, Run, type RunState } from "../../model/run.ts";
import { familyFingerprint } from "../../model/workload-family.ts";
import type { PastRun, RunFilter, Storage } from "../storage.ts";
import { openDatabase } from "./database.ts";
import { queryBuilder, type RunTable } from "./tables.ts";

/** Storage in one SQLite file, made when it is not there. Throws `conflict` where another process has it. */
export function createSqliteStorage(file: string): Storage {
  const db = openDatabase(file);
  const query = queryBuilder();
  const runs = query.selectFrom("run").selectAll();

  function byKey(key: string): Run | undefined {
    return db.all(runs.where("request_key", "=", key).compile()).map(fromRow)[0];
  }

  function byId(id: string): Run | undefined {
    return db.all(runs.where("id", "=", id).compile()).map(fromRow)[0];
  }

  return {
    insertRuns: (added, key) =>
      db.write(() => {
        const known = key === undefined ? undefined : byKey(key);
        if (known) return known;
        for (const [index, run] of added.entries()) {
          const row = { ...toRow(run), request_key: index === 0 ? (key ?? null) : null };
          db.run(query.insertInto("run").values(row).compile());
        }
        return undefined;
      }),

    updateRun: (run, from) =>
      db.write(() => {
        if (run.state !== from && !canMove(from, run.state)) throw wrongMove(run, from);
        const { id, ...row } = toRow(run);
        const update = query.updateTable("run").set(row);
        const changed = db.run(update.where("id", "=", id).where("state", "=", from).compile());
        if (changed === 0) throw wrongMove(run, from);
      }),

    getRun: async (id) => byId(id),

    async findRuns(reference) {
      const exact = byId(reference);
      if (exact) return [exact];
      const matches = runs
        .where((or) =>
          or.or([
            or("name", "=", reference),
            or.and([or("id", ">=", reference), or("id", "<", `${reference}\u{10FFFF}`)]),
          ]),
        )
        .where("array_id", "is", null)
        .orderBy("created_at", "desc")
        .limit(20);
      return db.all(matches.compile()).map(fromRow);
    },

    listRuns: async (filter) => db.all(filtered(filter).compile()).map(fromRow),

    async countStates(array) {
      const counted = query
        .selectFrom("run")
        .select(["state", (count) => count.fn.countAll<number>().as("count")])
        .where("array_id", array === undefined ? "is" : "=", array ?? null)
        .groupBy("state");
      return Object.fromEntries(db.all(counted.compile()).map((row) => [row.state, row.count]));
    },

    async history(fingerprint, limit) {
      const past = query
        .selectFrom("run")
        .select(["engine", "run_seconds", "start_seconds", "ended_at"])
        .where("fingerprint", "=", fingerprint)
        .where("run_seconds", "is not", null)
        .orderBy("ended_at", "desc")
        .limit(limit);
      return db.all(past.compile()).map(toPastRun);
    },

    async family(family, limit) {
      const past = query
        .selectFrom("run")
        .select(["engine", "run_seconds", "cpus", "size", "ended_at"])
        .where("family", "=", family)
        .orderBy("ended_at", "desc")
        .limit(limit);
      return db.all(past.compile()).map((row) => ({
        engine: EngineName.parse(row.engine),
        runSeconds: row.run_seconds ?? 0,
        cpus: row.cpus ?? 1,
        size: row.size,
        endedAt: row.ended_at ?? 0,
      }));
    },

    async startSeconds(engine, limit) {
      const starts = query
        .selectFrom("run")
        .select("start_seconds")
        .where("engine", "=", engine)
        .where("start_seconds", "is not", null)
        .orderBy("ended_at", "desc")
        .limit(limit);
      return db.all(starts.compile()).flatMap((row) => row.start_seconds ?? []);
    },

    async succeeded(limit) {
      const ended = runs
        .where("ended_at", "is not", null)
        .where("state", "=", "succeeded")
        .orderBy("ended_at", "desc")
        .limit(limit);
      return db.all(ended.compile()).map(fromRow);
    },

    [Symbol.asyncDispose]: () => db.close(),
  };

  function filtered({ active, array, tasks, limit }: RunFilter) {
    let selected = runs.orderBy("created_at", "desc").orderBy("task_index");
    if (active) selected = selected.where("ended_at", "is", null);
    if (array !== undefined) selected = selected.where("array_id", "=", array);
    else if (!tasks) selected = selected.where("array_id", "is", null);
    return limit === undefined ? selected : selected.limit(limit);
  }
}

function wrongMove(run: Run, from: RunState): AloftError {
  return new AloftError("conflict", `run ${run.id} cannot go from ${from} to ${run.state} now`);
}

function toRow(run: Run): Omit<RunTable, "request_key"> {
  if (hasEnded(run.state) !== (run.endedAt !== null))
    throw new AloftError("internal", `run ${run.id} is ${run.state} with end time ${run.endedAt}`);
  const { id, name, state, fingerprint, engine, createdAt, endedAt, task, ...document } = run;
  const { running, starting } = run.timings;
  const learnable = state === "succeeded" && run.tasks === null;
  return {
    ...{ id, name, state, fingerprint, engine },
    array_id: task?.array ?? null,
    task_index: task?.index ?? null,
    created_at: createdAt,
    ended_at: endedAt,
    run_seconds: learnable ? running : null,
    start_seconds: learnable ? starting : null,
    ...(learnable ? scaleOf(run) : { family: null, cpus: null, size: null }),
    document: JSON.stringify({ ...document, task }),
  };
}

/** What runs of other scales of the same computation are found by. */
function scaleOf({ workload }: Run): Pick<RunTable, "family" | "cpus" | "size"> {
  return {
    family: familyFingerprint(workload),
    cpus: askedCpus(workload),
    size: workload.profile?.size?.value ?? null,
  };
}

function fromRow(row: RunTable): Run {
  const { id, name, state, fingerprint, engine } = row;
  return Run.parse({
    ...(JSON.parse(row.document) as object),
    ...{ id, name, state, fingerprint, engine, createdAt: row.created_at, endedAt: row.ended_at },
  });
}

function toPastRun(
  row: Pick<RunTable, "engine" | "run_seconds" | "start_seconds" | "ended_at">,
): PastRun {
  return {
    engine: EngineName.parse(row.engine),
    runSeconds: row.run_seconds ?? 0,
    startSeconds: row.start_seconds,
    endedAt: row.ended_at ?? 0,
  };
}
