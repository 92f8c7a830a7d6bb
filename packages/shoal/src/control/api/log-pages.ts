import type { Cancel, Clock } from "../../core/clock.ts";
import { isShoalError } from "../../core/errors.ts";
import type { Appended, History, LogEntryQuery, PrintedLine } from "../history/history.ts";
import { logFilter } from "./log-filter.ts";
import { createRecentLines } from "./recent-lines.ts";
import type { LogEntry } from "./schemas/logs.ts";

export interface LogPage {
  /** Oldest first. */
  readonly lines: readonly LogEntry[];
  /** To be given as `after` in the next request. */
  readonly next: number;
}

interface LogWait {
  /** How long to wait for a line when there is none, in ms; 0 answers at once. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Lines of the history, and waiting for the next one. */
export interface LogPages {
  /** Lines that were printed: kept for a while, whatever becomes of them in the history. */
  readonly printed: (lines: readonly PrintedLine[]) => void;
  /**
   * A wait that is ended answers with no lines. Rejects as the history does, but for HISTORY_UNAVAILABLE: then it
   * answers with the last lines that are in memory, or with those that it waited for.
   */
  readonly list: (query: LogEntryQuery, wait: LogWait) => Promise<LogPage>;
  /** Ends all waits. */
  readonly close: () => void;
}

/** Requests that wait for a line at the same time; a further one is answered at once. */
const WAITERS_MAX = 200;
/** The history's numbers begin at the time, so that they go on growing when it is lost. */
const SEQS_PER_MS = 100;

export function createLogPages(
  { clock, history }: { readonly clock: Clock; readonly history: Pick<History, "listLogs" | "onAppended"> },
  waitersMax = WAITERS_MAX,
): LogPages {
  const waits = new Set<() => void>();
  const recent = createRecentLines();
  /** Of the newest line that is known to be in the history. */
  let knownSeq = Math.floor(clock.wallMs()) * SEQS_PER_MS;

  const page = async (query: LogEntryQuery): Promise<LogPage> => {
    const { lines, lastSeq } = await history.listLogs(query);
    knownSeq = Math.max(knownSeq, lastSeq);
    // A full page may have more behind it; after any other the reader has seen everything there is.
    const isFull = query.after !== undefined && lines.length >= query.limit;
    return { lines, next: isFull ? (lines.at(-1)?.seq ?? lastSeq) : Math.max(lastSeq, query.after ?? 0) };
  };
  /** A page, or what there is without the history: `fresh` when it waited for that, else the last lines in memory. */
  const pageOrMemory = async (query: LogEntryQuery, fresh: readonly LogEntry[] = []): Promise<LogPage> => {
    try {
      return await page(query);
    } catch (cause) {
      if (!isShoalError(cause) || cause.code !== "HISTORY_UNAVAILABLE") throw cause;
      if (query.after === undefined) return { lines: recent.last(query, knownSeq + 1), next: knownSeq };
      return { lines: fresh, next: Math.max(query.after, fresh.at(-1)?.seq ?? 0) };
    }
  };
  /** Resolves with the lines that are wanted when there are some, or with none when the wait is over. */
  const nextLines = (query: LogEntryQuery, { waitMs, signal }: LogWait) => {
    const { promise, resolve } = Promise.withResolvers<readonly LogEntry[]>();
    const isWanted = logFilter(query);
    const cancels: Cancel[] = [];
    const settle = (lines: readonly LogEntry[]) => {
      waits.delete(end);
      signal.removeEventListener("abort", end);
      for (const cancel of cancels.splice(0)) cancel();
      resolve(lines);
    };
    const end = () => settle([]);
    const onAppended = ({ logs }: Appended) => {
      const lines = logs.filter(isWanted);
      if (lines.length > 0) settle(lines.slice(0, query.limit));
    };
    waits.add(end);
    signal.addEventListener("abort", end, { once: true });
    cancels.push(clock.after(waitMs, end), history.onAppended(onAppended));
    return { promise, end };
  };
  return {
    printed: recent.add,
    async list(query, wait) {
      if (wait.waitMs <= 0 || wait.signal.aborted || waits.size >= waitersMax) return pageOrMemory(query);
      // It listens before it looks: a line that comes in between is not missed.
      const next = nextLines(query, wait);
      try {
        const now = await pageOrMemory(query);
        if (now.lines.length > 0) return now;
        const lines = await next.promise;
        return await pageOrMemory({ ...query, after: now.next }, lines);
      } finally {
        next.end();
      }
    },
    close() {
      for (const end of [...waits]) end();
    },
  };
}
