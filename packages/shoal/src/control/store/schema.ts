import type { DatabaseSync } from "node:sqlite";

/** One step for each version of the file; steps are added, never changed. `user_version` counts those done. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE instances (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE log_lines (
     seq INTEGER PRIMARY KEY, time_ms REAL NOT NULL, service TEXT NOT NULL, instance TEXT NOT NULL,
     stream TEXT NOT NULL, text TEXT NOT NULL, bytes INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX log_lines_service ON log_lines (service, seq);
   CREATE TABLE log_totals (one INTEGER PRIMARY KEY CHECK (one = 1), lines INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
   INSERT INTO log_totals VALUES (1, 0, 0);`,
];

/** The version of a file that is up to date. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings a file up to date, each step whole or not at all. A file of a later release is left alone: false. */
export function migrate(database: DatabaseSync): boolean {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > SCHEMA_VERSION) return false;
  for (let step = version; step < SCHEMA_VERSION; step += 1) {
    database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[step]} PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
  return true;
}
