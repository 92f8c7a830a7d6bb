import type { LogEntryQuery } from "../history/history.ts";
import { type LogEntry, LogLevel } from "./schemas/logs.ts";

/** What can be told of a line without an index. */
export type LogFilter = Pick<LogEntryQuery, "service" | "instance" | "stream" | "level" | "text" | "trace">;

/**
 * Whether a line that was just written is wanted. The words of `text` are looked for as they are, in any case: all must
 * be there, one after a "-" must not; quotes keep words together, a "*" at the end is ignored.
 */
export function logFilter({ service, instance, stream, level, text, trace }: LogFilter): (line: LogEntry) => boolean {
  const words = text === undefined ? [] : wordsIn(text);
  const levelMin = level === undefined ? 0 : rankOf(level);
  return (line) =>
    (service === undefined || line.service === service) &&
    (instance === undefined || line.instance === instance) &&
    (stream === undefined || line.stream === stream) &&
    (trace === undefined || line.traceId.startsWith(trace)) &&
    rankOf(line.level) >= levelMin &&
    holds(line, words);
}

interface Word {
  readonly text: string;
  readonly wanted: boolean;
}

const WORDS_MAX = 50;

function wordsIn(text: string): readonly Word[] {
  return [...text.matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)]
    .slice(0, WORDS_MAX)
    .map(([, minus, phrase, word = ""]) => ({
      text: (phrase ?? word.replace(/\*$/, "")).toLowerCase(),
      wanted: minus === "",
    }))
    .filter(({ text: word }) => word !== "" && word !== "-");
}

function holds(line: LogEntry, words: readonly Word[]): boolean {
  if (words.length === 0) return true;
  const text = line.text.toLowerCase();
  return words.every((word) => text.includes(word.text) === word.wanted);
}

function rankOf(level: string): number {
  return LogLevel.options.indexOf(level as LogLevel);
}
