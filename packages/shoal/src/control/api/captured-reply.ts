import type { Body, ReplyHeaders } from "../../core/message.ts";

/** A reply's body as it can be shown. */
export interface CapturedReplyBody {
  /** What was read. */
  readonly bytes: number;
  /** True when it was longer. */
  readonly truncated: boolean;
  readonly encoding: "utf8" | "base64";
  readonly text: string;
}

/**
 * Reads at most `bytesMax`, and leaves the rest unread. A body that is still coming when `until` is aborted, as a stream
 * of events is, is shown as far as it came.
 */
export async function captureBody(body: Body, bytesMax: number, until?: AbortSignal): Promise<CapturedReplyBody> {
  if (body === undefined) return shown(new Uint8Array(0), false);
  if (body instanceof Uint8Array) return shown(body.subarray(0, bytesMax), body.byteLength > bytesMax);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > bytesMax) break;
    }
  } catch (cause) {
    if (!until?.aborted) throw cause;
    return shown(Buffer.concat(chunks), true);
  }
  return shown(Buffer.concat(chunks).subarray(0, bytesMax), bytes > bytesMax);
}

/** Each header once for each time it was sent. */
export function headerList(headers: ReplyHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one]),
  );
}

function shown(bytes: Uint8Array, truncated: boolean): CapturedReplyBody {
  const text = utf8In(bytes, truncated);
  const body = text === undefined ? Buffer.from(bytes).toString("base64") : text;
  return { bytes: bytes.byteLength, truncated, encoding: text === undefined ? "base64" : "utf8", text: body };
}

/** Undefined when it is no text. A character that was cut in half at the end is left out. */
function utf8In(bytes: Uint8Array, truncated: boolean): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: truncated });
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}
