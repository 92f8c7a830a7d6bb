import type { Cancel, Clock } from "../../core/clock.ts";
import type { Appended, History, LogEntryQuery } from "../history/history.ts";
import { logFilter } from "./log-filter.ts";
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
  /** Rejects as the history does; a wait that is ended answers with no lines. */
  readonly list: (query: LogEntryQuery, wait: LogWait) => Promise<LogPage>;
  /** Ends all waits. */
  readonly close: () => void;
}

/** Requests that wait for a line at the same time; a further one is answered at once. */
const WAITERS_MAX = 200;

export function createLogPages(
  { clock, history }: { readonly clock: Clock; readonly history: Pick<History, "listLogs" | "onAppended"> },
  waitersMax = WAITERS_MAX,
): LogPages {
  const waits = new Set<() => void>();
  const page = async (query: LogEntryQuery): Promise<LogPage> => {
    const { lines, lastSeq } = await history.listLogs(query);
    // A full page may have more behind it; after any other the reader has seen everything there is.
    const isFull = query.after !== undefined && lines.length >= query.limit;
    return { lines, next: isFull ? (lines.at(-1)?.seq ?? lastSeq) : Math.max(lastSeq, query.after ?? 0) };
  };
  /** Resolves when a line that is wanted has come, or the wait is over. */
  const nextLine = (query: LogEntryQuery, { waitMs, signal }: LogWait): { promise: Promise<void>; end: () => void } => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const isWanted = logFilter(query);
    const cancels: Cancel[] = [];
    const end = () => {
      waits.delete(end);
      signal.removeEventListener("abort", end);
      for (const cancel of cancels.splice(0)) cancel();
      resolve();
    };
    waits.add(end);
    signal.addEventListener("abort", end, { once: true });
    cancels.push(clock.after(waitMs, end));
    cancels.push(history.onAppended(({ logs }: Appended) => logs.some(isWanted) && end()));
    return { promise, end };
  };
  return {
    async list(query, wait) {
      if (wait.waitMs <= 0 || wait.signal.aborted || waits.size >= waitersMax) return page(query);
      // It listens before it looks: a line that comes in between is not missed.
      const line = nextLine(query, wait);
      try {
        const now = await page(query);
        if (now.lines.length > 0) return now;
        await line.promise;
        return await page({ ...query, after: now.next });
      } finally {
        line.end();
      }
    },
    close() {
      for (const end of [...waits]) end();
    },
  };
}
