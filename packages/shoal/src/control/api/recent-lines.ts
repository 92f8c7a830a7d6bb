import type { LogEntryQuery, PrintedLine } from "../history/history.ts";
import { logFilter } from "./log-filter.ts";
import type { LogEntry } from "./schemas/logs.ts";

/** The lines that were printed last, in memory: what can be shown while the history cannot be read. */
export interface RecentLines {
  readonly add: (lines: readonly PrintedLine[]) => void;
  /**
   * The last lines that a query asks for, without what the history would read out of them.
   * @param nextSeq Their numbers end before this.
   */
  readonly last: (query: LogEntryQuery, nextSeq: number) => readonly LogEntry[];
}

/** Lines kept, and their characters. */
const LINES_MAX = 5_000;
const CHARS_MAX = 4 * 1_024 * 1_024;

export function createRecentLines(linesMax = LINES_MAX, charsMax = CHARS_MAX): RecentLines {
  let lines: PrintedLine[] = [];
  let chars = 0;
  return {
    add(added) {
      for (const line of added) {
        lines.push(line);
        chars += line.text.length;
      }
      let gone = 0;
      while (lines.length - gone > linesMax || chars > charsMax) {
        chars -= lines[gone]?.text.length ?? 0;
        gone += 1;
      }
      // One move for many lines: moving all for each would be quadratic.
      if (gone > 0) lines = lines.slice(gone);
    },
    last(query, nextSeq) {
      const isWanted = logFilter(query);
      const found = lines.map(entryOf).filter(isWanted).slice(-query.limit);
      return found.map((entry, index) => ({ ...entry, seq: nextSeq - found.length + index }));
    },
  };
}

function entryOf(line: PrintedLine): LogEntry {
  return { ...line, seq: 0, level: "info", message: line.text, traceId: "", spanId: "", fields: {} };
}
