import type { LogLine } from "../api/contract.ts";

export interface LineBufferLimits {
  readonly linesMax: number;
  /** Of memory, roughly. */
  readonly bytesMax: number;
}

/** The newest log lines, oldest first, as many as fit. */
export interface LineBuffer {
  /** Returns how many of the oldest had to go. */
  readonly push: (lines: readonly LogLine[]) => number;
  /** Takes the oldest out. */
  readonly shift: (count: number) => void;
  /** The oldest `count` (default all), a copy. */
  readonly first: (count?: number) => readonly LogLine[];
  readonly size: () => number;
}

/** What a line costs beside its text: the object, its names (shared) and numbers. */
const LINE_BYTES = 120;

export function createLineBuffer({ linesMax, bytesMax }: LineBufferLimits): LineBuffer {
  let lines: LogLine[] = [];
  /** Lines before this index are gone already: moving the rest for each would be quadratic. */
  let start = 0;
  let bytes = 0;
  const shift = (count: number) => {
    const end = Math.min(lines.length, start + count);
    for (; start < end; start += 1) bytes -= costOf(lines[start]);
    if (start * 2 > lines.length) {
      lines = lines.slice(start);
      start = 0;
    }
  };
  return {
    push(added) {
      for (const line of added) {
        lines.push(line);
        bytes += costOf(line);
      }
      let excess = 0;
      let over = bytes - bytesMax;
      while (lines.length - start - excess > linesMax || over > 0) {
        over -= costOf(lines[start + excess]);
        excess += 1;
      }
      shift(excess);
      return excess;
    },
    shift,
    first: (count = lines.length) => lines.slice(start, start + count),
    size: () => lines.length - start,
  };
}

function costOf(line: LogLine | undefined): number {
  return line === undefined ? 0 : LINE_BYTES + line.text.length * 2;
}
