import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Clock, Random } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Appended, History, HistoryStatus, IntakeBody, IntakeResult } from "./history.ts";
import { type HistoryOptions, historyOptions } from "./history-options.ts";
import { newRunId } from "./run-id.ts";
import { createThreadClient } from "./thread-client.ts";
import type {
  FromThread,
  IngestAnswer,
  Questions,
  ReadName,
  ThreadStart,
  ToThread,
  WriterStatus,
  WriteTask,
} from "./thread-message.ts";

export interface HistoryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** "" when it is not known. */
  readonly fleet: string;
  /** The run's id, the same after a restart of the control plane; undefined: a new run. */
  readonly run?: string | undefined;
}

const require = createRequire(import.meta.url);

/** Heap of a thread, in MiB: the young generation is small, so that what bodies are read into does not pile up. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 };
const NO_STATUS: WriterStatus = {
  spans: 0,
  logs: 0,
  exchanges: 0,
  bytes: 0,
  oldestMs: null,
  linesDropped: 0,
  warnings: [],
};
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
  const opened = Promise.withResolvers<void>();
  const dropped = { spans: 0, logs: 0, exchanges: 0 };
  let pendingBytes = 0;
  let latest = NO_STATUS;
  let deaths: string[] = [];

  const spawn = (role: ThreadStart["role"]) => () => {
    const start: ThreadStart = { role, folder, run, options, nowMs: clock.wallMs() };
    return new Worker(require.resolve("#history-thread"), {
      workerData: start,
      name: `history-${role}`,
      resourceLimits: THREAD_LIMITS,
    });
  };
  const onMessage = (message: FromThread) => {
    if (message.kind === "log") log[message.level](message.message);
    if (message.kind === "status") latest = message.status;
    if (message.kind === "appended") for (const listener of listeners) listener(message.appended);
    if (message.kind === "opened") {
      reader.send({ kind: "reopen" });
      opened.resolve();
    }
  };
  const onDeath = (role: string) => (reason: string) => {
    log.error("a thread of the history ended; it is started again", { role, reason });
    deaths = [`the history's ${role} ended (${reason}) and was started again`, ...deaths].slice(0, 3);
  };
  const watch = (): ToThread => ({ kind: "watch", on: listeners.size > 0 });
  const writer = createThreadClient({
    clock,
    spawn: spawn("writer"),
    onMessage,
    onDeath: onDeath("writer"),
    isAwaited: true,
    onStart: (send) => send(watch()),
  });
  const reader = createThreadClient({
    clock,
    spawn: spawn("reader"),
    onMessage,
    onDeath: onDeath("reader"),
    isAwaited: false,
    onStart: () => {},
  });

  const write = async (task: WriteTask, bytes: number, transfer: readonly ArrayBuffer[] = []): Promise<unknown> => {
    if (pendingBytes + bytes > options.pendingBytesMax) {
      throw shoalError("HISTORY_BUSY", { message: `${pendingBytes} bytes wait to be written already` });
    }
    pendingBytes += bytes + TASK_BYTES;
    try {
      return await writer.ask(task, transfer);
    } finally {
      pendingBytes -= bytes + TASK_BYTES;
    }
  };
  const ingest = async (body: IntakeBody): Promise<IntakeResult> => {
    const { owned, transfer } = ownedBytes(body.bytes);
    const size = owned.byteLength;
    const answer = (await write({ kind: "ingest", body: { ...body, bytes: owned } }, size, transfer)) as IngestAnswer;
    for (const kind of ["spans", "logs", "exchanges"] as const) dropped[kind] += answer.dropped[kind];
    return answer.result;
  };
  /** The type of each question is that of its name. */
  const ask = <Name extends ReadName>(name: Name): Questions[Name] =>
    // biome-ignore lint/suspicious/noExplicitAny: the arguments go through as they came
    (async (...args: any[]) => {
      await opened.promise;
      if (reader.pending() >= options.pendingReadsMax) {
        throw shoalError("HISTORY_BUSY", { message: `${reader.pending()} questions wait already` });
      }
      return reader.ask({ kind: "read", name, args });
    }) as unknown as Questions[Name];

  return {
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
    status: (): HistoryStatus => {
      const { linesDropped, warnings, ...counts } = latest;
      return {
        ...counts,
        run: run.id,
        bytesMax: options.bytesMax,
        pendingBytes,
        dropped: { ...dropped, logs: dropped.logs + linesDropped },
        warnings: [...warnings, ...deaths],
      };
    },
    onAppended(listener) {
      listeners.add(listener);
      writer.send(watch());
      return () => {
        listeners.delete(listener);
        writer.send(watch());
      };
    },
    async close() {
      opened.resolve();
      await reader.close();
      await writer.close();
    },
  };
}

/** Bytes that can be handed to another thread: a piece of a larger buffer is copied, a buffer of its own is not. */
function ownedBytes(bytes: Uint8Array): { readonly owned: Uint8Array; readonly transfer: readonly ArrayBuffer[] } {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const owned = isWhole && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
  return { owned, transfer: owned.buffer instanceof ArrayBuffer ? [owned.buffer] : [] };
}
