import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

/** Columns are what is searched; everything else of a run is in `document`, as JSON. */
export interface RunTable {
  id: string;
  request_key: string | null;
  name: string;
  state: string;
  array_id: string | null;
  task_index: number | null;
  fingerprint: string;
  engine: string;
  created_at: number;
  ended_at: number | null;
  run_seconds: number | null;
  start_seconds: number | null;
  family: string | null;
  cpus: number | null;
  size: number | null;
  document: string;
}

export interface Tables {
  run: RunTable;
}

/** Builds queries only: `SqliteDatabase` executes what it compiles. */
export function queryBuilder(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
