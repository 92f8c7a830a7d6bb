import { shoalError } from "../../core/errors.ts";

/** Smaller bodies are parsed as they are: whatever they hold, it is little. */
const UNCHECKED_BYTES = 256 * 1_024;
const DEPTH_MAX = 128;
/** An attribute of OpenTelemetry is two objects in some 45 bytes; "[]," over and over is one in three. */
const BYTES_PER_CONTAINER = 16;

/**
 * Parses a body as JSON. 16 MiB of "[]," would become half a gigabyte of lists, so what is denser or deeper than
 * telemetry can be is refused before. Throws BODY_MALFORMED.
 */
export function parseDocument(bytes: Uint8Array): unknown {
  if (bytes.byteLength > UNCHECKED_BYTES) checkShape(bytes);
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (cause) {
    throw shoalError("BODY_MALFORMED", { message: "it does not parse as JSON", cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  let left = bytes.byteLength / BYTES_PER_CONTAINER;
  let inText = false;
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    // "[" and "{", "]" and "}" differ in one bit.
    else if ((byte | 0x20) === 0x7b) {
      depth += 1;
      left -= 1;
      if (depth > DEPTH_MAX || left < 0) throw wrongShape();
    } else if ((byte | 0x20) === 0x7d) depth -= 1;
  }
}

function wrongShape() {
  return shoalError("BODY_MALFORMED", { message: "its lists and objects are too many or too deep for telemetry" });
}
