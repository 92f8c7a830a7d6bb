/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

const DEPTH_MAX = 6;
const ENTRIES_MAX = 100;
const STRING_CHARS_MAX = 8_192;

/**
 * A copy of a log line's facts that is safe to write: the values of keys that name a secret are replaced at any
 * depth, and depth, entries and strings are cut at a bound, so that neither a cycle nor a whole database row set
 * fills the log. Errors become plain objects. Never throws.
 */
export function redact(value: unknown): unknown {
  return copyOf(value, 0);
}

/** True for the name of a header, field or variable that holds a secret, however it is spelled. */
function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.replace(/[-_.\s]/g, ""));
}

/** "tokens" counts (maxTokens) are no secrets, so "token" must end the key. */
const SECRET_KEY = /authorization|cookie|password|passwd|passphrase|secret|apikey|privatekey|credential|token$/i;

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cut(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_MAX) return "[deeper]";
  if (value instanceof Error) return copyOfError(value, depth);
  if (Array.isArray(value)) return copyOfList(value, depth);
  if (value instanceof Map)
    return copyOfEntries(
      [...value].map(([key, item]) => [String(key), item] as const),
      depth,
    );
  if (value instanceof Set) return copyOfList([...value], depth);
  return copyOfEntries(entriesOf(value), depth);
}

function copyOfError(error: Error, depth: number): unknown {
  const { cause, name, message, stack } = error;
  const copy = copyOfEntries(entriesOf(error), depth) as Record<string, unknown>;
  return {
    ...copy,
    type: name,
    message: cut(message),
    stack: cut(stack ?? ""),
    ...(cause === undefined ? {} : { cause: copyOf(cause, depth + 1) }),
  };
}

function copyOfList(list: readonly unknown[], depth: number): unknown {
  const copy = list.slice(0, ENTRIES_MAX).map((item) => copyOf(item, depth + 1));
  if (list.length > ENTRIES_MAX) copy.push(`[${list.length - ENTRIES_MAX} more]`);
  return copy;
}

function copyOfEntries(entries: readonly (readonly [string, unknown])[], depth: number): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of entries.slice(0, ENTRIES_MAX)) {
    if (key === "__proto__") continue;
    copy[key] = isSecretKey(key) && item !== undefined && item !== null ? REDACTED : copyOf(item, depth + 1);
  }
  if (entries.length > ENTRIES_MAX) copy["more"] = `[${entries.length - ENTRIES_MAX} more]`;
  return copy;
}

/** A getter or a proxy may throw: the line is worth more than that object. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  try {
    return Object.entries(value);
  } catch {
    return [["unreadable", true]];
  }
}

function cut(text: string): string {
  return text.length <= STRING_CHARS_MAX ? text : `${text.slice(0, STRING_CHARS_MAX)}…`;
}
