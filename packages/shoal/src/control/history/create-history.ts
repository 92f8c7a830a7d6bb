import type { Clock, Random } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Appended, History, HistoryStatus, IntakeBody, IntakeResult } from "./history.ts";
import { type HistoryOptions, historyOptions } from "./history-options.ts";
import { newRunId } from "./run-id.ts";
import { startThreads, type Threads } from "./start-threads.ts";
import type { IngestAnswer, Questions, ReadName, WriteTask } from "./thread-message.ts";

export interface HistoryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** "" when it is not known. */
  readonly fleet: string;
  /** The run's id, the same after a restart of the control plane; undefined: a new run. */
  readonly run?: string | undefined;
}

/** What a task costs while it waits, beside its bytes. */
const TASK_BYTES = 1_000;

/**
 * Opens `history.db` in a folder, in two threads of their own: one writes, one answers questions meanwhile. Returns at
 * once; what is asked before the file is open waits. Throws OPTION_INVALID only.
 */
export function createHistory(folder: string, parts: HistoryParts, given?: Partial<HistoryOptions>): History {
  const options = historyOptions(given);
  const { clock, log } = parts;
  const run = { id: parts.run ?? newRunId(clock.wallMs(), parts.random), fleet: parts.fleet };
  const listeners = new Set<(appended: Appended) => void>();
  const threads = startThreads({
    clock,
    log,
    start: { folder, run, options },
    isWatched: () => listeners.size > 0,
    onAppended: (appended) => {
      for (const listener of listeners) listener(appended);
    },
  });
  const writing = createWriting(threads, options);
  return {
    ...writing.tasks,
    ...questions(threads, options),
    status: (): HistoryStatus => {
      const { linesDropped, ...counts } = threads.status();
      const { spans, logs, exchanges } = writing.dropped;
      return {
        ...counts,
        run: run.id,
        bytesMax: options.bytesMax,
        pendingBytes: writing.pendingBytes(),
        dropped: { spans, logs: logs + linesDropped, exchanges },
      };
    },
    onAppended(listener) {
      listeners.add(listener);
      threads.tellWatched();
      return () => {
        listeners.delete(listener);
        threads.tellWatched();
      };
    },
    close: threads.close,
  };
}

/** What is sent to the writer, bounded by the bytes that wait. */
function createWriting({ writer }: Threads, options: HistoryOptions) {
  const dropped = { spans: 0, logs: 0, exchanges: 0 };
  let pendingBytes = 0;
  const write = async (task: WriteTask, bytes: number, transfer: readonly ArrayBuffer[] = []): Promise<unknown> => {
    const cost = bytes + TASK_BYTES;
    // One that is too large by itself is taken when nothing else waits: it would never be, otherwise.
    if (pendingBytes > 0 && pendingBytes + cost > options.pendingBytesMax) {
      throw shoalError("HISTORY_BUSY", { message: `${pendingBytes} bytes wait to be written already` });
    }
    pendingBytes += cost;
    try {
      return await writer.ask(task, transfer);
    } finally {
      pendingBytes -= cost;
    }
  };
  const ingest = async (body: IntakeBody): Promise<IntakeResult> => {
    const { owned, transfer } = ownedBytes(body.bytes);
    const size = owned.byteLength;
    const answer = (await write({ kind: "ingest", body: { ...body, bytes: owned } }, size, transfer)) as IngestAnswer;
    for (const kind of ["spans", "logs", "exchanges"] as const) dropped[kind] += answer.dropped[kind];
    return answer.result;
  };
  const tasks: Pick<History, "ingest" | "appendLines" | "appendRed" | "appendExchanges"> = {
    ingest,
    async appendLines(lines) {
      const bytes = lines.reduce((sum, { text }) => sum + 100 + text.length * 2, 0);
      await write({ kind: "lines", lines }, bytes);
    },
    async appendRed(rows) {
      await write({ kind: "red", rows }, rows.length * 300);
    },
    async appendExchanges(exchanges) {
      await write({ kind: "exchanges", exchanges }, exchanges.length * 2_000);
    },
  };
  return { tasks, dropped, pendingBytes: () => pendingBytes };
}

/** What is asked of the reader, bounded by the questions that wait. */
function questions({ reader, opened }: Threads, options: HistoryOptions): Questions {
  const ask =
    <Name extends ReadName>(name: Name) =>
    async (...args: Parameters<Questions[Name]>): Promise<Awaited<ReturnType<Questions[Name]>>> => {
      await opened;
      if (reader.pending() >= options.pendingReadsMax) {
        throw shoalError("HISTORY_BUSY", { message: `${reader.pending()} questions wait already` });
      }
      // The thread answers each question with what its name promises.
      return (await reader.ask({ kind: "read", name, args })) as Awaited<ReturnType<Questions[Name]>>;
    };
  return {
    listTraces: ask("listTraces"),
    getTrace: ask("getTrace"),
    listLogs: ask("listLogs"),
    listExchanges: ask("listExchanges"),
    getExchange: ask("getExchange"),
    series: ask("series"),
    names: ask("names"),
    problemsSince: ask("problemsSince"),
    listRuns: ask("listRuns"),
    compareRuns: ask("compareRuns"),
  };
}

/** Bytes that can be handed to another thread: a piece of a larger buffer is copied, a buffer of its own is not. */
function ownedBytes(bytes: Uint8Array): { readonly owned: Uint8Array; readonly transfer: readonly ArrayBuffer[] } {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const owned = isWhole && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
  return { owned, transfer: owned.buffer instanceof ArrayBuffer ? [owned.buffer] : [] };
}
