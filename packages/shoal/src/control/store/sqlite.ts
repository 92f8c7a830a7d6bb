import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Opens a database file, making it when it is absent. A test passes its own to make a disk full. */
export type OpenDatabase = (file: string) => DatabaseSync;

/** How long a statement waits for another process that writes, in ms. Waiting blocks this process, so not long. */
const BUSY_MS = 250;

/**
 * Opens a file for one writer: WAL, so that what was committed survives the death of this process; fsync only at
 * checkpoints, so that losing power may cost the last seconds but not the file.
 */
export const openSqlite: OpenDatabase = (file) => {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000;");
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
};

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** True when the file itself is broken, and not merely out of reach, locked or on a full disk. */
export function isCorruption(cause: unknown): boolean {
  const code = typeof cause === "object" && cause !== null && "errcode" in cause ? Number(cause.errcode) & 0xff : 0;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Runs a task as one transaction: whole or not at all. Rethrows what the task throws. */
export function inTransaction<Result>(database: DatabaseSync, task: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = task();
    database.exec("COMMIT");
    return result;
  } catch (cause) {
    // A full disk makes SQLite roll back by itself; a second rollback would hide the first error.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw cause;
  }
}

/** More files than this set aside are too many to be of use: the oldest goes. */
const ASIDE_MAX = 5;
/** What SQLite keeps beside a file: without them the file set aside would lack its last changes. */
const COMPANIONS = ["", "-wal", "-shm"];

/** Renames a file and its companions to FILE.WHY-N, N one more than the last. Returns the new name. Throws. */
export function setAside(file: string, why: string): string {
  const numbers = asideNumbers(file, why);
  const aside = `${file}.${why}-${(numbers.at(-1) ?? 0) + 1}`;
  for (const companion of COMPANIONS) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion);
  }
  for (const number of numbers.slice(0, -(ASIDE_MAX - 1))) {
    for (const companion of COMPANIONS) rmSync(`${file}.${why}-${number}${companion}`, { force: true });
  }
  return aside;
}

function asideNumbers(file: string, why: string): number[] {
  const prefix = `${basename(file)}.${why}-`;
  const names = readdirSync(join(file, "..")).filter((name) => name.startsWith(prefix));
  const numbers = names.map((name) => Number(name.slice(prefix.length))).filter((number) => Number.isInteger(number));
  return numbers.sort((left, right) => left - right);
}
