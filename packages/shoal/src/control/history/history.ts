import type { ExchangeDetail, ExchangeSummary } from "../api/schemas/exchanges.ts";
import type { GaugeSeries, SeriesPoint } from "../api/schemas/fleet-map.ts";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { LogDifference, Run, RunDifference } from "../api/schemas/runs.ts";
import type { Trace, TraceSummary } from "../api/schemas/traces.ts";

/** What comes over the network: which path it came to. */
export type IntakeKind = "otlp-traces" | "otlp-logs" | "otlp-metrics" | "zipkin-spans" | "exchanges";

/** A body as it came: it is unpacked and read off the main thread. */
export interface IntakeBody {
  readonly kind: IntakeKind;
  /** Lower case, without parameters, such as "application/x-protobuf". */
  readonly contentType: string;
  /** "" or "gzip". */
  readonly contentEncoding: string;
  /** Handed over: not to be used afterwards. */
  readonly bytes: Uint8Array;
}

/** What became of a body. */
export interface IntakeResult {
  readonly accepted: number;
  /** Records that were left out, because they were not valid; the reason of the first. */
  readonly rejected: number;
  readonly reason: string;
  /** Duration points of a metrics body, for the rates that are kept on the main thread; JSON-like and small. */
  readonly durations: readonly DurationPointOfIntake[];
}

/** A point of http.server.request.duration, or of the client's: what RateKeeper adds up. */
export interface DurationPointOfIntake {
  /** "server": of http.server.request.duration; "client": of http.client.request.duration, by the caller `service`. */
  readonly side: "server" | "client";
  readonly service: string;
  readonly instance: string;
  readonly operation: string;
  /** Of a server: shoal.caller, "" when unknown. Of a client: "". */
  readonly caller: string;
  /** Of a client: the service it called (shoal.callee), or the host outside (server.address). Of a server: "". */
  readonly peer: string;
  /** True for a client's point without shoal.callee: a call to the world outside. */
  readonly external: boolean;
  readonly series: string;
  readonly isError: boolean;
  readonly delta: boolean;
  readonly startMs: number;
  readonly count: number;
  readonly counts: readonly number[];
  readonly boundsS: readonly number[];
}

/** Requests of one service, operation and caller in one step of time, for the charts and the comparison of runs. */
export interface RedRow {
  /** Unix ms; a multiple of the step, which is 5 000. */
  readonly timeMs: number;
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly count: number;
  readonly errors: number;
  /** By DURATION_BOUNDS_S. */
  readonly counts: readonly number[];
}

/** How full it is, and what was lost. */
export interface HistoryStatus {
  readonly run: string;
  readonly spans: number;
  readonly logs: number;
  readonly exchanges: number;
  readonly bytes: number;
  readonly bytesMax: number;
  /** Unix ms of the oldest record; null when there is none. */
  readonly oldestMs: number | null;
  /** Bodies that wait to be written. */
  readonly pendingBytes: number;
  /** Refused because too much was waiting, since the start; and what processes said that they dropped. */
  readonly dropped: { readonly spans: number; readonly logs: number; readonly exchanges: number };
  readonly warnings: readonly string[];
}

/** What was written just now, for those who watch. Only given while somebody listens. */
export interface Appended {
  readonly traces: readonly TraceSummary[];
  readonly logs: readonly LogEntry[];
  readonly exchanges: readonly ExchangeSummary[];
}

/** "all", a run's id; undefined: the run that goes on now. */
export interface InWindow {
  readonly run?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

interface Paged {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface TraceQuery extends InWindow, Paged {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly durationMsMin?: number | undefined;
  readonly durationMsMax?: number | undefined;
  readonly status?: "error" | "ok" | undefined;
  readonly attribute?: readonly string[] | undefined;
}

export interface LogEntryQuery extends InWindow {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly stream?: string | undefined;
  /** Lines of at least this level. */
  readonly level?: string | undefined;
  /** Words, all to be found; "quoted phrases"; prefix*; a word with a "-" before it must not be there. */
  readonly text?: string | undefined;
  readonly trace?: string | undefined;
  /** Lines with a greater seq, oldest first. Without it: the newest ones, given oldest first. */
  readonly after?: number | undefined;
  /** Lines with a smaller seq. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface ExchangeQuery extends InWindow, Paged {
  readonly service?: string | undefined;
  readonly peer?: string | undefined;
  readonly side?: "client" | "server" | undefined;
  readonly method?: string | undefined;
  readonly status?: string | undefined;
  readonly external?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly durationMsMin?: number | undefined;
  readonly text?: string | undefined;
  readonly body?: string | undefined;
}

export interface SeriesQuery extends InWindow {
  readonly service: string;
  readonly operation?: string | undefined;
  readonly caller?: string | undefined;
  readonly points: number;
}

/**
 * The telemetry of this run and earlier ones, on disk, in a thread of its own. What a promise of `ingest` or `append`
 * has acknowledged survives the death of the process. Rejects with ShoalErrors: HISTORY_BUSY (503, retryable) when too
 * much waits already, HISTORY_UNAVAILABLE (503) while the disk fails, BODY_MALFORMED, BODY_TOO_LARGE,
 * UNSUPPORTED_MEDIA_TYPE.
 */
export interface History {
  readonly ingest: (body: IntakeBody) => Promise<IntakeResult>;
  /** Lines of processes, without what is read out of them. Gives them their seq. */
  readonly appendLines: (lines: readonly PrintedLine[]) => Promise<void>;
  readonly appendRed: (rows: readonly RedRow[]) => Promise<void>;
  /** Exchanges of an imported archive, complete but for the run. */
  readonly appendExchanges: (exchanges: readonly ExchangeDetail[]) => Promise<void>;

  readonly listTraces: (
    query: TraceQuery,
  ) => Promise<{ readonly traces: readonly TraceSummary[]; readonly next: string | null }>;
  /** By the beginning of its id; undefined when there is none, or when several begin so. */
  readonly getTrace: (idPrefix: string) => Promise<Trace | undefined>;
  readonly listLogs: (
    query: LogEntryQuery,
  ) => Promise<{ readonly lines: readonly LogEntry[]; readonly lastSeq: number }>;
  readonly listExchanges: (
    query: ExchangeQuery,
  ) => Promise<{ readonly exchanges: readonly ExchangeSummary[]; readonly next: string | null }>;
  /** Likewise. */
  readonly getExchange: (idPrefix: string) => Promise<ExchangeDetail | undefined>;
  readonly series: (query: SeriesQuery) => Promise<{
    readonly stepMs: number;
    readonly red: readonly SeriesPoint[];
    readonly gauges: readonly GaugeSeries[];
  }>;
  readonly names: (run: string | undefined) => Promise<{
    readonly services: readonly string[];
    readonly operations: readonly { readonly service: string; readonly operation: string }[];
    readonly attributes: readonly string[];
  }>;
  /**
   * Errors by service since a moment, for badges: spans with status error, but for calls answered with 4xx; lines of
   * level error and above.
   */
  readonly problemsSince: (sinceMs: number) => Promise<ReadonlyMap<string, number>>;
  readonly listRuns: () => Promise<readonly Run[]>;
  readonly compareRuns: (
    before: string,
    after: string,
  ) => Promise<
    | {
        readonly before: Run;
        readonly after: Run;
        readonly operations: readonly RunDifference[];
        readonly logs: readonly LogDifference[];
      }
    | undefined
  >;

  readonly status: () => HistoryStatus;
  /** Called after each write, until cancelled. */
  readonly onAppended: (listener: (appended: Appended) => void) => () => void;
  /** Writes what was acknowledged and ends the thread. */
  readonly close: () => Promise<void>;
}

/** A line as its process printed it. */
export interface PrintedLine {
  readonly timeMs: number;
  readonly service: string;
  readonly instance: string;
  readonly stream: "stdout" | "stderr" | "shoal";
  readonly text: string;
}
