import type { ErrorCode } from "../../core/errors.ts";
import type { ExchangeDetail } from "../api/schemas/exchanges.ts";
import type { Appended, History, IntakeBody, IntakeResult, PrintedLine, RedRow } from "./history.ts";
import type { HistoryOptions } from "./history-options.ts";

/** What a thread is started with. */
export interface ThreadStart {
  readonly role: "writer" | "reader";
  readonly folder: string;
  readonly run: { readonly id: string; readonly fleet: string };
  readonly options: HistoryOptions;
  /** Of the main thread, which has the clock. */
  readonly nowMs: number;
}

/** What is asked of the writer. */
export type WriteTask =
  | { readonly kind: "ingest"; readonly body: IntakeBody }
  | { readonly kind: "lines"; readonly lines: readonly PrintedLine[] }
  | { readonly kind: "red"; readonly rows: readonly RedRow[] }
  | { readonly kind: "exchanges"; readonly exchanges: readonly ExchangeDetail[] };

/** Questions, by the name of the History's method. */
export type ReadName =
  | "listTraces"
  | "getTrace"
  | "listLogs"
  | "listExchanges"
  | "getExchange"
  | "series"
  | "names"
  | "problemsSince"
  | "listRuns"
  | "compareRuns";

interface ReadTask {
  readonly kind: "read";
  readonly name: ReadName;
  readonly args: readonly unknown[];
}

export type ThreadTask = WriteTask | ReadTask;

/** From the main thread. */
export type ToThread =
  | { readonly kind: "task"; readonly id: number; readonly nowMs: number; readonly task: ThreadTask }
  | { readonly kind: "watch"; readonly on: boolean }
  | { readonly kind: "reopen" }
  | { readonly kind: "close"; readonly nowMs: number };

/** An error on its way to the main thread. */
export interface ThreadError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Counts that the writer keeps. */
export interface WriterStatus {
  readonly spans: number;
  readonly logs: number;
  readonly exchanges: number;
  readonly bytes: number;
  readonly oldestMs: number | null;
  readonly linesDropped: number;
  readonly warnings: readonly string[];
}

/** What the writer's answer to `ingest` says beside the result. */
export interface IngestAnswer {
  readonly result: IntakeResult;
  readonly dropped: { readonly spans: number; readonly logs: number; readonly exchanges: number };
}

/** To the main thread. */
export type FromThread =
  | { readonly kind: "done"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: ThreadError }
  | { readonly kind: "appended"; readonly appended: Appended }
  | { readonly kind: "status"; readonly status: WriterStatus }
  /** Another file is open than before: see DatabaseKeeper's generation. */
  | { readonly kind: "opened" }
  | { readonly kind: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string }
  | { readonly kind: "closed" };

/** The History's methods that ask. */
export type Questions = Pick<History, ReadName>;

/** The same answers, at once. */
export type SyncQuestions = {
  readonly [Name in keyof Questions]: (...args: Parameters<Questions[Name]>) => Awaited<ReturnType<Questions[Name]>>;
};
