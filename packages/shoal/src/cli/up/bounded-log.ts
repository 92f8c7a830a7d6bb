import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Two files of this size at most: the supervisor says little, but a crash loop says it for weeks. */
const LOG_BYTES_MAX = 1024 * 1024;

/**
 * Appends lines to a file; when it is full it becomes FILE.1, replacing the one before. A disk that takes no more
 * loses lines, never the supervisor.
 */
export function boundedLog(file: string, bytesMax = LOG_BYTES_MAX): (line: string) => void {
  let bytes = -1;
  return (line) => {
    try {
      if (bytes < 0) bytes = openAt(file);
      const text = `${line}\n`;
      if (bytes > 0 && bytes + Buffer.byteLength(text) > bytesMax) {
        renameSync(file, `${file}.1`);
        bytes = 0;
      }
      appendFileSync(file, text);
      bytes += Buffer.byteLength(text);
    } catch {
      bytes = -1; // looked at again with the next line
    }
  };
}

function openAt(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
