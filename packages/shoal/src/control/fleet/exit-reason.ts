/** Lines of stderr that are looked through for the error: a stack trace and its message. */
const LINES_MAX = 50;
/** Longest part of a line that a reason quotes. */
const QUOTED_MAX = 200;
/** Files named in stack traces that are remembered. */
const FILES_MAX = 50;

const ERROR_LINE = /^(?:Uncaught )?(?:[\w.]*(?:Error|Exception|Warning)\b.*: |fatal|panic:|error\b)/i;
const SOURCE_FILE = /(?:file:\/\/)?(\/[^\s:()"']+\.[cm]?[jt]sx?)(?=[:\s)"']|$)/;

/** Listens to what a process says on stderr, to tell afterwards why it ended. */
export interface ExitReason {
  readonly onLine: (text: string) => void;
  /** Such as "exited with code 1: Error: no such file". */
  readonly of: (code: number | null, signal: string | null) => string;
  /** Source files that it named, outside node_modules: a broken file is often not loaded, only complained about. */
  readonly files: () => readonly string[];
}

export function createExitReason(): ExitReason {
  const lines: string[] = [];
  const files = new Set<string>();
  return {
    onLine(text) {
      const line = text.trim();
      if (line === "") return;
      lines.push(line);
      if (lines.length > LINES_MAX) lines.shift();
      const [, file] = SOURCE_FILE.exec(line) ?? [];
      if (file !== undefined && files.size < FILES_MAX && !file.includes("/node_modules/")) files.add(file);
    },
    of(code, signal) {
      const ending = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
      const said = code === 0 ? undefined : (lines.findLast((line) => ERROR_LINE.test(line)) ?? lastWords(lines));
      return said === undefined ? ending : `${ending}: ${said.slice(0, QUOTED_MAX)}`;
    },
    files: () => [...files],
  };
}

/** Node ends a crash with its version, which explains nothing. */
function lastWords(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => !/^Node\.js v\d|^at |^[}\])]/.test(line));
}
