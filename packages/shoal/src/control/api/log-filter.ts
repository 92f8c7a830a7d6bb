import type { LogEntryQuery } from "../history/history.ts";
import { searchedText } from "../history/log-line.ts";
import { textMatcher, wordsOf } from "../history/log-search.ts";
import { type LogEntry, LogLevel } from "./schemas/logs.ts";

/** What can be told of a line without an index. */
export type LogFilter = Pick<LogEntryQuery, "service" | "instance" | "stream" | "level" | "text" | "trace">;

/**
 * Whether a line that was just written is wanted. The words of `text` are read and found as they are in the history:
 * what is on the screen as it comes is there as well when it is searched for later.
 */
export function logFilter({ service, instance, stream, level, text, trace }: LogFilter): (line: LogEntry) => boolean {
  const holds = text === undefined ? undefined : textMatcher(wordsOf(text));
  const levelMin = level === undefined ? 0 : rankOf(level);
  return (line) =>
    (service === undefined || line.service === service) &&
    (instance === undefined || line.instance === instance) &&
    (stream === undefined || line.stream === stream) &&
    (trace === undefined || line.traceId.startsWith(trace)) &&
    rankOf(line.level) >= levelMin &&
    (holds === undefined || holds(searchedText(line)));
}

function rankOf(level: string): number {
  return LogLevel.options.indexOf(level as LogLevel);
}
