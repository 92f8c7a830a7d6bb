import { type HttpReply, headerOf } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import { REDACTED } from "../telemetry/redact-rules.ts";
import { parseSensitiveHeader, type SensitiveNode, stepInto } from "../telemetry/redact-sensitive.ts";

/** Objects and lists in one another: deeper ones are hidden whole. */
const DEPTH_MAX = 100;

/** Takes sensitive values out of what is printed, and counts them. */
export interface SensitiveHider {
  readonly hide: (value: unknown) => unknown;
  /** For the terminal, once all is printed: how many there were and how to see them; "" when none. */
  readonly note: () => string;
}

/**
 * Hides what the operation's contract calls sensitive of a reply, as the reply's own header says: a terminal is looked
 * at by others, is recorded, and is copied into tickets.
 * @param reveal Hides nothing.
 */
export function sensitiveHider({ headers }: Pick<HttpReply, "headers">, reveal: boolean): SensitiveHider {
  const node = reveal ? undefined : parseSensitiveHeader(headerOf(headers, HEADER.sensitive))?.returns;
  let count = 0;
  const hidden = () => {
    count += 1;
    return REDACTED;
  };
  return {
    hide: (value) => without(value, node, hidden),
    note: () =>
      count === 0 ? "" : `${count} sensitive ${count === 1 ? "value" : "values"} hidden (--reveal shows them)`,
  };
}

function without(value: unknown, node: SensitiveNode | undefined, hidden: () => string, depth = 0): unknown {
  if (node === undefined || value === null || value === undefined) return value;
  if (node.whole || depth > DEPTH_MAX) return hidden();
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => without(each, node, hidden, depth + 1));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, without(each, stepInto(node, key), hidden, depth + 1)]));
}
