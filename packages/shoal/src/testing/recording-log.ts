import { currentContext } from "../core/context.ts";
import type { Log, LogFields } from "../core/log.ts";

/** One line that was logged. */
interface LoggedLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: LogFields;
  /** The trace it was logged in; "" outside of a request. */
  readonly traceId: string;
}

/** A log that keeps its lines, for tests. */
export interface RecordingLog extends Log {
  readonly lines: readonly LoggedLine[];
  /** The messages of one level. */
  readonly at: (level: keyof Log) => readonly string[];
}

export function createRecordingLog(): RecordingLog {
  const lines: LoggedLine[] = [];
  const writer =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields, traceId: currentContext()?.trace.traceId ?? "" });
  return {
    lines,
    at: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
}
