import { stripVTControlCharacters } from "node:util";

/** Longest line kept, in bytes; the rest of it is cut off with a marker. A JSON log line with a stack fits. */
const LINE_BYTES_MAX = 16 * 1024;

export interface LineSplitter {
  readonly push: (chunk: Uint8Array) => void;
  /** The stream has ended: gives out a last line without a newline. */
  readonly end: () => void;
}

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes, which may be anything, into lines of printable text. Keeps at most `bytesMax` bytes.
 * Works on bytes up to the end of a line, so that a character cut in two by a chunk is whole again.
 */
export function createLineSplitter(onLine: (text: string) => void, bytesMax = LINE_BYTES_MAX): LineSplitter {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let cutBytes = 0;

  const keep = (part: Uint8Array) => {
    const room = bytesMax - bytes;
    if (part.byteLength > room) cutBytes += part.byteLength - room;
    const kept = part.byteLength > room ? part.subarray(0, room) : part;
    if (kept.byteLength === 0) return;
    parts.push(kept);
    bytes += kept.byteLength;
  };
  const flush = () => {
    const text = printable(Buffer.concat(parts, bytes).toString("utf8"));
    onLine(cutBytes > 0 ? `${text}… [${cutBytes} more bytes]` : text);
    parts = [];
    bytes = 0;
    cutBytes = 0;
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, at));
        flush();
        from = at + 1;
      }
      // A copy: a view would keep the whole chunk, 64 KiB of it, alive for a few bytes.
      if (from < chunk.byteLength) keep(Uint8Array.prototype.slice.call(chunk, from));
    },
    end() {
      if (bytes > 0 || cutBytes > 0) flush();
    },
  };
}

/** All but tab; and the marks that turn the direction of text, with which a line can pretend to be another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, "g");

/** Text that cannot move a terminal's cursor, change its title or hide what is written. Colours are dropped too. */
export function printable(line: string): string {
  if (!UNPRINTABLE.test(line)) return line;
  const text = stripVTControlCharacters(line.replace(/\r+$/, ""));
  // A progress bar redraws its line after each carriage return: the last state is what a terminal would show.
  return text.slice(text.lastIndexOf("\r") + 1).replace(EVERY_UNPRINTABLE, "\ufffd");
}
