import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Cancel, Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { migrate } from "./schema.ts";
import { isCorruption, type OpenDatabase, setAside } from "./sqlite.ts";

/** How long a store that failed is left alone, in ms. */
export const RETRY_MS = 10_000;
/** Warnings about files set aside: the newest are kept. */
const NOTICES_MAX = 5;

/** A task's result, or that the disk did not take it. */
type Kept<Result> = { readonly ok: true; readonly value: Result } | { readonly ok: false };

/** A database that may fail at any moment, and is opened again when it can be. */
export interface DatabaseKeeper {
  /** Runs a task on the open database. Not ok while the disk fails: the caller keeps what it wanted to write. */
  readonly run: <Result>(task: (database: DatabaseSync) => Result) => Kept<Result>;
  /** What is wrong or was repaired, for people. */
  readonly warnings: () => readonly string[];
  /** Grows each time a file is opened: what a caller knows of its content ends there. */
  readonly generation: () => number;
  /** False before its first task, and while the disk fails. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** A file, and what is in it. */
export interface DatabaseFile {
  /** Such as "control.db". */
  readonly name: string;
  /** Its schema: see migrate(). */
  readonly migrations: readonly string[];
  /** For warnings: "earlier CONTENTS are in the old one". */
  readonly contents: string;
  /** For warnings: what becomes of it while the disk fails. */
  readonly meanwhile: string;
}

export interface DatabaseKeeperParts {
  readonly folder: string;
  readonly file: DatabaseFile;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: OpenDatabase;
  /** Called when a retry has opened the file again. */
  readonly onRecovered: () => void;
}

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly database: DatabaseSync }
  | { readonly kind: "failing"; readonly reason: string };

/**
 * Keeps a database file open. A broken one is renamed to NAME.corrupt-N and a new one begun; a disk that is full
 * or not writable is tried again every 10 s. Neither is a reason for the control plane to stop. Never throws.
 */
export function createDatabaseKeeper(parts: DatabaseKeeperParts): DatabaseKeeper {
  const { clock, log, open, onRecovered } = parts;
  const file = join(parts.folder, parts.file.name);
  const notices: string[] = [];
  let state: State = { kind: "closed" };
  let generation = 0;
  let cancelRetry: Cancel = () => {};

  const opened = (): DatabaseSync => {
    if (state.kind === "open") return state.database;
    const database = openMigrated();
    state = { kind: "open", database };
    generation += 1;
    return database;
  };
  const openMigrated = (): DatabaseSync => {
    const database = open(file);
    try {
      if (migrate(database, parts.file.migrations)) return database;
    } catch (cause) {
      database.close();
      throw cause;
    }
    database.close();
    replaceFile("newer", "was written by a later release");
    return openMigrated();
  };
  const replaceFile = (why: "corrupt" | "newer", what: string) => {
    const aside = setAside(file, why);
    const notice = `${file} ${what}: it was kept as ${aside} and a new one begun; earlier ${parts.file.contents} are in the old one`;
    log.warn(notice);
    notices.push(notice);
    if (notices.length > NOTICES_MAX) notices.shift();
  };
  const fail = (cause: unknown): { ok: false } => {
    closeOpen();
    const reason = messageOf(cause);
    if (state.kind !== "failing") log.warn(`the store cannot be written; ${parts.file.meanwhile}`, { file, reason });
    state = { kind: "failing", reason };
    cancelRetry();
    cancelRetry = clock.after(RETRY_MS, retry);
    return { ok: false };
  };
  const closeOpen = () => {
    if (state.kind !== "open") return;
    try {
      state.database.close();
    } catch {
      // it is given up anyway
    }
    state = { kind: "closed" };
  };
  const retry = () => {
    const result = attempt((database) => database.prepare("SELECT count(*) FROM sqlite_schema").get());
    if (!result.ok) return;
    log.info("the store can be written again", { file });
    onRecovered();
  };
  const attempt = <Result>(task: (database: DatabaseSync) => Result): Kept<Result> => {
    try {
      return { ok: true, value: task(opened()) };
    } catch (cause) {
      if (!isCorruption(cause)) return fail(cause);
      closeOpen();
    }
    try {
      replaceFile("corrupt", "is damaged");
      return { ok: true, value: task(opened()) };
    } catch (cause) {
      return fail(cause);
    }
  };

  return {
    run: (task) => (state.kind === "failing" ? { ok: false } : attempt(task)),
    warnings: () =>
      state.kind === "failing"
        ? [...notices, `${file} cannot be written (${state.reason}): ${parts.file.meanwhile}`]
        : [...notices],
    generation: () => generation,
    isOpen: () => state.kind === "open",
    close() {
      cancelRetry();
      closeOpen();
    },
  };
}
