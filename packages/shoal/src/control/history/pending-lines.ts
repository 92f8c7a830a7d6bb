import type { NumberedLine } from "./log-keeper.ts";

/** Lines that wait for a disk that fails, in bounded space. */
export interface PendingLines {
  readonly push: (lines: readonly NumberedLine[]) => void;
  /** All of them, oldest first; they stay until `clear`. */
  readonly all: () => readonly NumberedLine[];
  readonly clear: () => void;
  /** The oldest ones that had to go. */
  readonly dropped: () => number;
}

/** Memory that they may take, in characters. */
const CHARS_MAX = 16 * 1_024 * 1_024;

export function createPendingLines(linesMax: number): PendingLines {
  let lines: NumberedLine[] = [];
  let chars = 0;
  let dropped = 0;
  return {
    push(added) {
      lines = lines.concat(added);
      for (const { entry } of added) chars += entry.text.length;
      let excess = 0;
      while (lines.length - excess > linesMax || chars > CHARS_MAX) {
        chars -= lines[excess]?.entry.text.length ?? 0;
        excess += 1;
      }
      dropped += excess;
      if (excess > 0) lines = lines.slice(excess);
    },
    all: () => lines,
    clear() {
      lines = [];
      chars = 0;
    },
    dropped: () => dropped,
  };
}
