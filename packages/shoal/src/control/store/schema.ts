import type { DatabaseSync } from "node:sqlite";

/** `control.db`. One step for each version of the file; steps are added, never changed. `user_version` counts those done. */
export const CONTROL_MIGRATIONS: readonly string[] = [
  `CREATE TABLE instances (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE log_lines (
     seq INTEGER PRIMARY KEY, time_ms REAL NOT NULL, service TEXT NOT NULL, instance TEXT NOT NULL,
     stream TEXT NOT NULL, text TEXT NOT NULL, bytes INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX log_lines_service ON log_lines (service, seq);
   CREATE TABLE log_totals (one INTEGER PRIMARY KEY CHECK (one = 1), lines INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
   INSERT INTO log_totals VALUES (1, 0, 0);`,
  // Lines are in history.db from here on.
  "DROP TABLE log_lines; DROP TABLE log_totals;",
];

/** Brings a file up to date, each step whole or not at all. A file of a later release is left alone: false. */
export function migrate(database: DatabaseSync, migrations: readonly string[]): boolean {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > migrations.length) return false;
  for (let step = version; step < migrations.length; step += 1) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[step]} PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
  return true;
}
