import type { Cancel, Clock } from "../../core/clock.ts";
import { checkInteger, withDefaults } from "../../core/options.ts";
import type { LogLine } from "../api/contract.ts";
import { createLineBuffer } from "../store/line-buffer.ts";
import type { LogQuery } from "../store/log-rows.ts";
import type { LogStore } from "../store/store.ts";

export interface LogsOptions {
  /** Newest lines kept in memory, for those who follow. Default 10 000. */
  readonly linesMax: number;
  /** Memory they may take, in bytes. Default 16 MiB. */
  readonly bytesMax: number;
  /** Longest line, in characters; the rest is cut. Default 65 536. */
  readonly lineCharsMax: number;
  /** Requests that wait for a line at the same time; a further one is answered at once. Default 200. */
  readonly waitersMax: number;
}

export const LOGS_DEFAULTS: LogsOptions = Object.freeze({
  linesMax: 10_000,
  bytesMax: 16 * 1_024 * 1_024,
  lineCharsMax: 65_536,
  waitersMax: 200,
});

export interface LogPage {
  readonly lines: readonly LogLine[];
  /** To be given as `after` in the next request. */
  readonly next: number;
}

interface LogWait {
  /** How long to wait for a line when there is none, in ms; 0 answers at once. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** The lines that the fleet's processes printed. */
export interface Logs {
  /** Gives each line its seq and keeps it. */
  readonly append: (lines: readonly Omit<LogLine, "seq">[]) => void;
  /** Never rejects: a wait that is ended answers with no lines. */
  readonly list: (query: LogQuery, wait: LogWait) => Promise<LogPage>;
  /** Ends all waits. */
  readonly close: () => void;
}

interface Waiter {
  readonly query: LogQuery;
  readonly answer: () => void;
}

/** Seqs begin at the time, so that they go on growing when the store with the last one is lost. */
const SEQS_PER_MS = 100;

/** Throws OPTION_INVALID. */
export function createLogs(
  parts: { readonly clock: Clock; readonly store: LogStore },
  given?: Partial<LogsOptions>,
): Logs {
  const { clock, store } = parts;
  const options = withDefaults(LOGS_DEFAULTS, given);
  for (const name of ["linesMax", "bytesMax", "lineCharsMax"] as const) checkInteger(name, options[name], 1);
  checkInteger("waitersMax", options.waitersMax, 0);
  const recent = createLineBuffer(options);
  const waiters = new Set<Waiter>();
  const lastSeqAtStart = Math.max(store.lastSeq(), Math.floor(clock.wallMs()) * SEQS_PER_MS);
  let lastSeq = lastSeqAtStart;
  /** Of the newest line that is no longer in memory. */
  let goneSeq = lastSeqAtStart;

  const find = (query: LogQuery): readonly LogLine[] => {
    const inMemory = query.after !== undefined && query.after >= goneSeq;
    const stored = inMemory ? undefined : store.list(query);
    if (stored) return stored;
    const found = recent.first().filter((line) => matches(line, query));
    return query.after === undefined ? found.slice(-query.limit) : found.slice(0, query.limit);
  };
  const page = (query: LogQuery): LogPage => {
    const lines = find(query);
    // A full page may have more behind it; after any other the reader has seen everything there is.
    const isFull = query.after !== undefined && lines.length >= query.limit;
    return { lines, next: isFull ? (lines.at(-1)?.seq ?? lastSeq) : lastSeq };
  };
  const wait = (query: LogQuery, { waitMs, signal }: LogWait) =>
    new Promise<LogPage>((resolve) => {
      let cancel: Cancel = () => {};
      const answer = () => {
        waiters.delete(waiter);
        cancel();
        signal.removeEventListener("abort", answer);
        resolve(page(query));
      };
      const waiter: Waiter = { query, answer };
      waiters.add(waiter);
      signal.addEventListener("abort", answer, { once: true });
      cancel = clock.after(waitMs, answer);
    });

  return {
    append(added) {
      const lines = added.map((line) => ({ ...line, seq: ++lastSeq, text: line.text.slice(0, options.lineCharsMax) }));
      const gone = recent.push(lines);
      if (gone > 0) goneSeq = (recent.first(1)[0]?.seq ?? lastSeq + 1) - 1;
      store.append(lines);
      for (const waiter of waiters) if (lines.some((line) => matches(line, waiter.query))) waiter.answer();
    },
    async list(query, waiting) {
      const now = page(query);
      const mayWait = waiting.waitMs > 0 && !waiting.signal.aborted && waiters.size < options.waitersMax;
      return now.lines.length > 0 || !mayWait ? now : wait({ ...query, after: now.next }, waiting);
    },
    close() {
      for (const waiter of waiters) waiter.answer();
    },
  };
}

function matches(line: LogLine, { service, instance, after }: LogQuery): boolean {
  return (
    (service === undefined || line.service === service) &&
    (instance === undefined || line.instance === instance) &&
    (after === undefined || line.seq > after)
  );
}
