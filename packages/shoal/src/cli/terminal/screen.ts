import type { Output } from "../ports.ts";
import { displayWidth, truncate } from "./display-width.ts";

/** A part at the bottom of the terminal that is drawn again and again; what is printed above it scrolls away. */
export interface Screen {
  /** Shows these lines in place of the last ones. Writes nothing when they are the same. */
  readonly draw: (lines: readonly string[]) => void;
  /** Prints lines above for good. */
  readonly print: (lines: readonly string[]) => void;
  /** Leaves the last lines standing and gives the cursor back. */
  readonly close: () => void;
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Synchronized update: terminals that know it show the frame at once, others ignore it. */
const FRAME_BEGIN = "\x1b[?2026h";
const FRAME_END = "\x1b[?2026l";
const WINDOW_TOP = "\x1b[H";
const CLEAR_RIGHT = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** The size of the terminal; asked for each frame, because windows change. */
export interface ScreenSize {
  readonly columns: () => number;
  readonly rows: () => number;
}

/**
 * A screen that writes whole frames in one write and overwrites in place: no line is blank between two frames.
 * Lines beyond the height are left out, as the cursor cannot reach them.
 */
export function createScreen(output: Output, { columns, rows }: ScreenSize): Screen {
  let shown: readonly string[] = [];
  let isOpen = false;
  let rowsBefore = rows();
  /** True once the window was too low for a frame: rows that left at its top come back when it grows. */
  let isTorn = false;

  // A window made narrower has wrapped the lines of the last frame: they take more rows now.
  const rowsOf = (line: string) => Math.max(1, Math.ceil(displayWidth(line) / columns()));
  const home = () => {
    const above = shown.reduce((sum, line) => sum + rowsOf(line), 0);
    const isResized = rows() !== rowsBefore;
    rowsBefore = rows();
    isTorn ||= above >= rowsBefore;
    if (isTorn && isResized) return WINDOW_TOP;
    return above === 0 ? "" : `\x1b[${above}F`;
  };
  const frame = (above: readonly string[], lines: readonly string[]) => {
    const text = [...above, ...lines].map((line) => `${line}${CLEAR_RIGHT}\n`).join("");
    const opening = isOpen ? "" : HIDE_CURSOR;
    isOpen = true;
    output.write(`${opening}${FRAME_BEGIN}${home()}${text}${CLEAR_BELOW}${FRAME_END}`);
    shown = lines;
  };

  return {
    draw(lines) {
      const fitting = limit(lines, rows() - 1);
      if (isOpen && fitting.length === shown.length && fitting.every((line, index) => line === shown[index])) return;
      frame([], fitting);
    },
    print: (lines) => frame(lines, shown),
    close() {
      if (isOpen) output.write(SHOW_CURSOR);
      isOpen = false;
      shown = [];
    },
  };
}

function limit(lines: readonly string[], linesMax: number): readonly string[] {
  if (lines.length <= linesMax) return lines;
  const kept = lines.slice(0, Math.max(0, linesMax - 1));
  return [...kept, truncate(`… ${lines.length - kept.length} more lines: make the window taller`, 60)];
}
