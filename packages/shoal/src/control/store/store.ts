import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { checkInteger, withDefaults } from "../../core/options.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { LogLine } from "../api/contract.ts";
import type { RegistryStore } from "../registry/store.ts";
import { createDatabaseKeeper, type DatabaseKeeper } from "./database-keeper.ts";
import { replaceInstances, selectInstances } from "./instance-rows.ts";
import { createLineBuffer } from "./line-buffer.ts";
import { insertLogLines, LOG_LIMITS, type LogLimits, type LogQuery, lastLogSeq, selectLogLines } from "./log-rows.ts";
import { CONTROL_MIGRATIONS } from "./schema.ts";
import { type OpenDatabase, openSqlite } from "./sqlite.ts";

export interface StoreOptions extends LogLimits {
  /** Lines kept in memory while the disk fails; then the oldest go, counted. Default 20 000. */
  readonly pendingLinesMax: number;
  /** Memory that those lines may take, in bytes. Default 32 MiB. */
  readonly pendingBytesMax: number;
}

export const STORE_DEFAULTS: StoreOptions = Object.freeze({
  ...LOG_LIMITS,
  pendingLinesMax: 20_000,
  pendingBytesMax: 32 * 1_024 * 1_024,
});

/** Log lines on disk. Nothing here throws. */
export interface LogStore {
  /** Writes lines at once, or keeps them until the disk takes them. Their seq must grow. */
  readonly append: (lines: readonly LogLine[]) => void;
  /** The wanted lines, oldest first; undefined while the disk fails. */
  readonly list: (query: LogQuery) => readonly LogLine[] | undefined;
  /** The greatest seq on disk; 0 when there is none or it cannot be read. */
  readonly lastSeq: () => number;
  /** Lines that were never written, because the disk failed for too long. */
  readonly dropped: () => number;
}

/** What the control plane knows that outlives its process. */
export interface Store {
  readonly registry: RegistryStore;
  readonly logs: LogStore;
  /** What is wrong with the disk, or was repaired; for people. */
  readonly warnings: () => readonly string[];
  /** Writes what is waiting, if it can, and closes the file. */
  readonly close: () => void;
}

export interface StoreParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Default: node:sqlite. */
  readonly open?: OpenDatabase;
}

/**
 * Opens `control.db` in a folder, made when absent. What is written is on disk when the function returns, so that the
 * death of the process loses nothing that was acknowledged; while the disk fails everything goes on in memory, with a
 * warning. Throws OPTION_INVALID only.
 */
export function openStore(folder: string, parts: StoreParts, given?: Partial<StoreOptions>): Store {
  const options = withDefaults(STORE_DEFAULTS, given);
  checkInteger("linesMax", options.linesMax, 1);
  checkInteger("bytesMax", options.bytesMax, 1);
  checkInteger("pendingLinesMax", options.pendingLinesMax, 1);
  checkInteger("pendingBytesMax", options.pendingBytesMax, 1);
  const keeper = createDatabaseKeeper({
    folder,
    file: {
      name: "control.db",
      migrations: CONTROL_MIGRATIONS,
      contents: "logs",
      meanwhile: "logs and registry are in memory only",
    },
    clock: parts.clock,
    log: parts.log,
    open: parts.open ?? openSqlite,
    onRecovered: () => {
      registry.flush();
      logs.flush();
    },
  });
  const registry = registryRows(keeper, parts.log);
  const logs = logRows(keeper, options);
  return {
    registry,
    logs,
    warnings: keeper.warnings,
    close() {
      registry.flush();
      logs.flush();
      keeper.close();
    },
  };
}

function registryRows(keeper: DatabaseKeeper, log: Log): RegistryStore & { readonly flush: () => void } {
  let waiting: readonly Instance[] | undefined;
  let known: ReadonlyMap<string, string> | undefined;
  let knownGeneration = -1;
  const flush = () => {
    if (waiting === undefined) return;
    const wanted = waiting;
    const done = keeper.run((database) => {
      const before = keeper.generation() === knownGeneration ? known : undefined;
      return replaceInstances(database, before, wanted);
    });
    if (!done.ok) return;
    known = done.value;
    knownGeneration = keeper.generation();
    waiting = undefined;
  };
  return {
    load() {
      const read = keeper.run((database) => selectInstances(database, log));
      return read.ok ? read.value : [];
    },
    save(instances) {
      waiting = instances;
      flush();
    },
    flush,
  };
}

/** Lines written in one transaction when many have waited: a transaction blocks the process. */
const FLUSH_LINES = 5_000;

function logRows(keeper: DatabaseKeeper, options: StoreOptions): LogStore & { readonly flush: () => void } {
  const pending = createLineBuffer({ linesMax: options.pendingLinesMax, bytesMax: options.pendingBytesMax });
  let dropped = 0;
  const flush = () => {
    while (pending.size() > 0) {
      const some = pending.first(FLUSH_LINES);
      if (!keeper.run((database) => insertLogLines(database, some, options)).ok) return;
      pending.shift(some.length);
    }
  };
  return {
    append(lines) {
      for (let start = 0; start < lines.length; start += FLUSH_LINES) {
        dropped += pending.push(lines.slice(start, start + FLUSH_LINES));
        flush();
      }
    },
    list(query) {
      flush();
      const read = keeper.run((database) => selectLogLines(database, query));
      return read.ok ? read.value : undefined;
    },
    lastSeq() {
      const read = keeper.run(lastLogSeq);
      return read.ok ? read.value : 0;
    },
    dropped: () => dropped,
    flush,
  };
}
