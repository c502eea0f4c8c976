import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { CompiledQuery } from "kysely";
import { AloftError } from "../../base/errors.ts";
import { createBallast } from "./ballast.ts";
import { migrations } from "./migrations.ts";

/** SQLite's result codes that mean: no room. */
const full = new Set([13, 778, 4874]);
const busy = 5;

/** One open file of which this process is the only user. */
export interface Database {
  all<Row>(query: CompiledQuery<Row>): Row[];
  run(query: CompiledQuery): number;
  /**
   * Runs `work` in a transaction together with what others asked for in the same turn of the event
   * loop: one wait for the disk for all of them. What one of them throws undoes and rejects that one alone.
   */
  write<T>(work: () => T): Promise<T>;
  close(): Promise<void>;
}

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
}

export function openDatabase(file: string): Database {
  const db = open(file);
  const ballast = createBallast(`${file}.ballast`);
  const statements = new Map<string, StatementSync>();
  let waiting: Waiting[] = [];
  let turn: Promise<void> | undefined;

  function statement(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  }

  function commit(batch: readonly Waiting[]): void {
    const results = tryTwice(batch);
    for (const [index, waiter] of batch.entries()) {
      const result = results[index];
      if (result && "value" in result) waiter.resolve(result.value as never);
      else waiter.reject(result?.error);
    }
    ballast.restore();
  }

  /** A full disk gets one more try with the room of the ballast. */
  function tryTwice(batch: readonly Waiting[]): Result[] {
    const first = transaction(db, batch);
    const noRoom = first.some((result) => "error" in result && isDiskFull(result.error));
    return noRoom && ballast.drop() ? transaction(db, batch) : first;
  }

  return {
    all: (query) => statement(query.sql).all(...(query.parameters as never[])) as never,
    run: (query) => Number(statement(query.sql).run(...(query.parameters as never[])).changes),
    write<T>(work: () => T) {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        turn ??= new Promise((done) => {
          setImmediate(() => {
            const batch = waiting;
            waiting = [];
            turn = undefined;
            commit(batch);
            done();
          });
        });
      });
    },
    async close() {
      while (turn) await turn;
      db.close();
    },
  };
}

type Result = { readonly value: unknown } | { readonly error: unknown };

function isDiskFull(error: unknown): boolean {
  return error instanceof AloftError && error.code === "disk-full";
}

function transaction(db: DatabaseSync, batch: readonly Waiting[]): Result[] {
  try {
    db.exec("BEGIN IMMEDIATE");
    const results = batch.map((waiter) => savepoint(db, waiter.work));
    if (results.some((result) => "error" in result && isDiskFull(result.error)))
      throw (results.find((result) => "error" in result) as { error: unknown }).error;
    db.exec("COMMIT");
    return results;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    return batch.map(() => ({ error: translate(error) }));
  }
}

function savepoint(db: DatabaseSync, work: () => unknown): Result {
  db.exec("SAVEPOINT one");
  try {
    const value = work();
    db.exec("RELEASE one");
    return { value };
  } catch (error) {
    // SQLite undoes the whole transaction by itself on some errors, a full disk among them.
    if (db.isTransaction) db.exec("ROLLBACK TO one; RELEASE one");
    return { error: translate(error) };
  }
}

function translate(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined || !full.has(code)) return error;
  return new AloftError("disk-full", "there is no room left for Aloft's records", {
    hint: "free some space on the disk of the state folder (`aloft status` names it)",
    retry: "later",
    cause: error,
  });
}

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    db.exec("PRAGMA journal_mode = WAL");
    db.exec("PRAGMA synchronous = FULL");
    db.exec("PRAGMA foreign_keys = ON");
    migrate(db, file);
    return db;
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode === busy)
      throw new AloftError("conflict", `another Aloft has ${file} open`, {
        hint: "use it (`aloft status`), or give this one a state folder of its own with ALOFT_HOME",
        cause: error,
      });
    throw translate(error);
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version > migrations.length)
    throw new AloftError("conflict", `${file} was written by a newer Aloft`, {
      hint: "use that version, or another state folder with ALOFT_HOME",
    });
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    db.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
