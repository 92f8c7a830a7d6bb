import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import { messageOf, shoalError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { createDatabaseKeeper } from "../store/database-keeper.ts";
import { inTransaction, type OpenDatabase } from "../store/sqlite.ts";
import type { Appended } from "./history.ts";
import { createHistoryWriter, type HistoryWriter } from "./history-writer.ts";
import { firstSeq } from "./log-keeper.ts";
import { HISTORY_FILE } from "./open-history.ts";
import { createRollUp, type RollUp } from "./roll-up.ts";
import type { ThreadStart } from "./thread-message.ts";
import { createTrimmer, type Trimmer } from "./trim.ts";

/** Something to be written in a transaction with others. */
export type WriteStep<Result> = (writer: HistoryWriter, nowMs: number) => Result;

/** What became of a step. */
type StepOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

interface Group<Result> {
  readonly outcomes: readonly StepOutcome<Result>[];
  readonly appended: Appended;
}

/** `history.db` as the writer has it: open, or failing and tried again. */
export interface FileWriter {
  /** Writes steps in one transaction; undefined when the disk fails, and nothing was written. Never throws. */
  readonly write: <Result>(steps: readonly WriteStep<Result>[], nowMs: number) => Group<Result> | undefined;
  /** Removes or rolls up a little of what is too much. False when there is nothing (more) to do. Never throws. */
  readonly tidy: (nowMs: number) => boolean;
  /** Counts; undefined while the disk fails. */
  readonly read: <Result>(task: (database: DatabaseSync, trimmer: Trimmer) => Result) => Result | undefined;
  /** A seq that none was greater than or equal to. */
  readonly firstSeq: (nowMs: number) => number;
  readonly warnings: () => readonly string[];
  readonly generation: () => number;
  /** Looks whether the file is still there: SQLite goes on writing into a deleted one. */
  readonly checkExists: () => void;
  readonly close: (nowMs: number) => void;
}

interface FileWriterParts {
  readonly start: ThreadStart;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: OpenDatabase;
  readonly onRecovered: () => void;
}

interface OpenFile {
  readonly generation: number;
  readonly writer: HistoryWriter;
  readonly trimmer: Trimmer;
  readonly rollUp: RollUp;
}

const ROLL_UP_MS = 60_000;
const NOTHING: Appended = { traces: [], logs: [], exchanges: [] };

export function createFileWriter({ start, clock, log, open, onRecovered }: FileWriterParts): FileWriter {
  const keeper = createDatabaseKeeper({ folder: start.folder, file: HISTORY_FILE, clock, log, open, onRecovered });
  let file: OpenFile | undefined;
  let rolledUpMs = Number.NEGATIVE_INFINITY;

  /** What writes to this file; made anew for another file, and after a rollback. */
  const opened = (database: DatabaseSync, nowMs: number): OpenFile => {
    if (file !== undefined && file.generation === keeper.generation()) return file;
    file = inTransaction(database, () => {
      const writer = createHistoryWriter(database, start.run, nowMs, start.options);
      return {
        generation: keeper.generation(),
        writer,
        trimmer: createTrimmer(database, writer.run, start.options),
        rollUp: createRollUp(database, start.options.ageMsMax),
      };
    });
    return file;
  };
  const transaction = <Result>(database: DatabaseSync, nowMs: number, task: (open: OpenFile) => Result): Result => {
    const current = opened(database, nowMs);
    try {
      return inTransaction(database, () => task(current));
    } catch (cause) {
      file = undefined;
      throw cause;
    }
  };
  const together = <Result>(database: DatabaseSync, steps: readonly WriteStep<Result>[], nowMs: number) =>
    transaction(database, nowMs, ({ writer }): Group<Result> => {
      const outcomes = steps.map((step) => ({ ok: true as const, value: step(writer, nowMs) }));
      return { outcomes, appended: writer.flush(nowMs) };
    });
  /** One of them cannot be written, whatever the disk: each gets a transaction of its own. */
  const oneByOne = <Result>(database: DatabaseSync, steps: readonly WriteStep<Result>[], nowMs: number) => {
    const outcomes: StepOutcome<Result>[] = [];
    let appended = NOTHING;
    for (const step of steps) {
      try {
        const one = together(database, [step], nowMs);
        outcomes.push(...one.outcomes);
        appended = joined(appended, one.appended);
      } catch (cause) {
        if (isOfDisk(cause)) throw cause;
        const message = `a record cannot be kept: ${messageOf(cause)}`;
        log.error(message);
        outcomes.push({ ok: false, error: shoalError("BODY_MALFORMED", { message, cause }) });
      }
    }
    return { outcomes, appended };
  };

  return {
    write(steps, nowMs) {
      const done = keeper.run((database) => {
        try {
          return together(database, steps, nowMs);
        } catch (cause) {
          if (isOfDisk(cause)) throw cause;
          return oneByOne(database, steps, nowMs);
        }
      });
      return done.ok ? done.value : undefined;
    },
    tidy(nowMs) {
      const done = keeper.run((database) =>
        transaction(database, nowMs, ({ trimmer, rollUp }) => {
          if (trimmer.step(nowMs)) return true;
          if (nowMs - rolledUpMs < ROLL_UP_MS) return false;
          if (rollUp.step(nowMs)) return true;
          rolledUpMs = nowMs;
          return false;
        }),
      );
      return done.ok && done.value;
    },
    read(task) {
      const done = keeper.run((database) => task(database, opened(database, start.nowMs).trimmer));
      return done.ok ? done.value : undefined;
    },
    firstSeq(nowMs) {
      const done = keeper.run((database) => firstSeq(database, nowMs));
      return done.ok ? done.value : firstSeq(undefined, nowMs);
    },
    warnings: keeper.warnings,
    generation: keeper.generation,
    checkExists() {
      // While it cannot be opened there may be none, and the retry goes on.
      if (!keeper.isOpen() || existsSync(join(start.folder, HISTORY_FILE.name))) return;
      log.warn("the history's file was deleted; a new one is begun", { folder: start.folder });
      keeper.close();
      file = undefined;
    },
    close(nowMs) {
      keeper.run((database) => transaction(database, nowMs, ({ writer }) => writer.endRun(nowMs)));
      keeper.close();
    },
  };
}

const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_TOOBIG = 18;

/** True when the disk or the file is at fault, and not what was to be written. */
function isOfDisk(cause: unknown): boolean {
  if (typeof cause !== "object" || cause === null || !("errcode" in cause)) return false;
  const code = Number(cause.errcode) & 0xff;
  return code !== SQLITE_CONSTRAINT && code !== SQLITE_MISMATCH && code !== SQLITE_TOOBIG;
}

function joined(left: Appended, right: Appended): Appended {
  return {
    traces: [...left.traces, ...right.traces],
    logs: [...left.logs, ...right.logs],
    exchanges: [...left.exchanges, ...right.exchanges],
  };
}
