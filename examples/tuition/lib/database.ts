import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * What an acknowledged write survives: `power-loss` waits for the disk at each commit (0.2 ms on an SSD); `kill` needs
 * no such wait, for the operating system has the data when the process dies.
 */
type Durability = "power-loss" | "kill";

/**
 * How a service is served that waits for the disk with each write, in its event loop: a disk that others keep busy for a
 * tenth of a second is no reason to refuse a payment, as 20 ms of queueing are by default.
 */
export const ON_DISK = { queueDelayMsMax: 500 };

export interface DatabaseOptions {
  /** A file in the fleet's state folder, or ":memory:". */
  readonly file: string;
  /** Run at each start: CREATE … IF NOT EXISTS. */
  readonly schema: string;
  readonly durability: Durability;
}

/** Opens a service's own database: one service, one file, one process. */
export function openDatabase({ file, schema, durability }: DatabaseOptions): DatabaseSync {
  const database = new DatabaseSync(file === ":memory:" ? file : join(dataFolder(), file));
  // A restarted process may meet the last breath of the one before it.
  database.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;");
  database.exec(`PRAGMA synchronous = ${durability === "power-loss" ? "FULL" : "NORMAL"};`);
  database.exec(schema);
  return database;
}

/** `data` in the fleet's state folder, which the supervisor names; `.shoal/data` here for a service started by hand. */
function dataFolder(): string {
  const folder = resolve(process.env["SHOAL_STATE"] || ".shoal", "data");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** All of it or, when it throws, nothing. */
export function transaction<Result>(database: DatabaseSync, task: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = task();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
