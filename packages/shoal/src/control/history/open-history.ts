import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DatabaseFile } from "../store/database-keeper.ts";
import type { OpenDatabase } from "../store/sqlite.ts";
import { HISTORY_MIGRATIONS } from "./history-schema.ts";

export const HISTORY_FILE: DatabaseFile = {
  name: "history.db",
  migrations: HISTORY_MIGRATIONS,
  contents: "telemetry and logs",
  meanwhile: "telemetry is refused, and log lines are in memory only",
};

/** A reader waits for nobody; the writer waits this long for a reader that ends a checkpoint, in ms. */
const BUSY_MS = 250;
/** Memory for pages, in KiB. What is read again soon is in the system's cache anyway. */
const WRITER_CACHE_KIB = 24 * 1_024;
const READER_CACHE_KIB = 16 * 1_024;
/** The WAL is copied to the file from this many pages on, and cut to this many bytes afterwards. */
const CHECKPOINT_PAGES = 4_000;
const WAL_BYTES_KEPT = 32 * 1_024 * 1_024;

/**
 * Opens the file for the one writer. synchronous = NORMAL: what was committed survives the death of the process; losing
 * power may cost what came since the last checkpoint (some seconds to minutes), but never the file.
 */
export const openForWriting: OpenDatabase = (file) => {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec(
      `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};
       PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY;`,
    );
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
};

/** Opens the file beside the writer. Throws when there is none. */
export const openForReading: OpenDatabase = (file) => {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  database.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY;`);
  return database;
};
