import { isUtf8 } from "node:buffer";
import { printable } from "./terminal/display-width.ts";

/** What of a body goes to stdout, and what is said of it on stderr. */
export interface ReplyOutput {
  readonly out: string | Uint8Array;
  readonly note: string;
}

/**
 * A body that is no JSON, as it can be shown: on a terminal text line by line, without what a terminal would obey, and
 * bytes not at all; elsewhere exactly as it came, so that a picture can be written to a file.
 */
export function replyOutput(bytes: Uint8Array, contentType: string, isTerminal: boolean): ReplyOutput {
  if (!isUtf8(bytes)) {
    if (!isTerminal) return { out: bytes, note: "" };
    const what = contentType === "" ? "bytes" : `bytes of ${printable(contentType)}`;
    return { out: "", note: `${bytes.length} ${what}, not text: to keep them, redirect the output to a file` };
  }
  const text = Buffer.from(bytes).toString("utf8");
  if (text === "") return { out: "", note: "" };
  const shown = isTerminal ? text.split("\n").map(printable).join("\n") : text;
  return { out: shown.endsWith("\n") ? shown : `${shown}\n`, note: "" };
}
