/**
 * The schema's history, in order: `PRAGMA user_version` is how many of them a file has seen.
 * A released migration is never edited.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE run (
     id          TEXT PRIMARY KEY,
     request_key TEXT,
     name        TEXT NOT NULL,
     state       TEXT NOT NULL,
     array_id    TEXT REFERENCES run (id),
     task_index  INTEGER,
     fingerprint TEXT NOT NULL,
     engine      TEXT NOT NULL,
     created_at  REAL NOT NULL,
     ended_at    REAL,
     -- Of a succeeded run that is no array: what predictions rest on.
     run_seconds   REAL,
     start_seconds REAL,
     document    TEXT NOT NULL
   ) STRICT;
   CREATE UNIQUE INDEX run_by_key ON run (request_key) WHERE request_key IS NOT NULL;
   CREATE INDEX run_by_name ON run (name);
   CREATE INDEX run_active ON run (created_at) WHERE ended_at IS NULL;
   CREATE INDEX run_by_array ON run (array_id, task_index);
   CREATE INDEX run_history ON run (fingerprint, ended_at) WHERE run_seconds IS NOT NULL;`,
  // What predictions of starts and of other scales rest on, and what predictions are scored by.
  `ALTER TABLE run ADD COLUMN family TEXT;
   ALTER TABLE run ADD COLUMN cpus REAL;
   ALTER TABLE run ADD COLUMN size REAL;
   CREATE INDEX run_family ON run (family, ended_at) WHERE family IS NOT NULL;
   CREATE INDEX run_starts ON run (engine, ended_at) WHERE start_seconds IS NOT NULL;
   CREATE INDEX run_ended ON run (ended_at) WHERE ended_at IS NOT NULL;`,
];
