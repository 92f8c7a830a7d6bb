import { isSecretOption, processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

const DEPTH_MAX = 6;
const ENTRIES_MAX = 100;
const STRING_CHARS_MAX = 8_192;

/**
 * A copy of a log line's facts that is safe to write: the values of keys that name a secret are replaced at any
 * depth, secrets in texts as well, and depth, entries and strings are cut at a bound, so that neither a cycle nor a whole
 * database row set
 * fills the log. Errors become plain objects. Never throws.
 */
export function redact(value: unknown, rules: RedactRules = processRedactRules()): unknown {
  return copyOf(value, { depth: 0, rules });
}

interface Place {
  readonly depth: number;
  readonly rules: RedactRules;
}

function below({ depth, rules }: Place): Place {
  return { depth: depth + 1, rules };
}

function copyOf(value: unknown, place: Place): unknown {
  if (typeof value === "string") return textOf(value, place);
  if (typeof value === "bigint") return String(value);
  // What is left of a function would be called as a copy's own toJSON.
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof URL) return textOf(value.href, place);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (place.depth >= DEPTH_MAX) return "[deeper]";
  if (value instanceof Error) return copyOfError(value, place);
  if (Array.isArray(value)) return copyOfList(value, place);
  if (value instanceof Map)
    return copyOfEntries(
      [...value].map(([key, item]) => [String(key), item] as const),
      place,
    );
  if (value instanceof Set) return copyOfList([...value], place);
  return copyOfEntries(entriesOf(value), place);
}

function copyOfError(error: Error, place: Place): unknown {
  const { cause, name, message, stack } = error;
  const copy = copyOfEntries(entriesOf(error), place) as Record<string, unknown>;
  return {
    ...copy,
    type: name,
    message: textOf(message, place),
    stack: textOf(stack ?? "", place),
    ...(cause === undefined ? {} : { cause: copyOf(cause, below(place)) }),
  };
}

function copyOfList(list: readonly unknown[], place: Place): unknown {
  const { rules } = place;
  const kept = list.slice(0, ENTRIES_MAX);
  const copy = kept.map((item, at) => (isSecretOption(kept[at - 1], rules) ? REDACTED : copyOf(item, below(place))));
  if (list.length > ENTRIES_MAX) copy.push(`[${list.length - ENTRIES_MAX} more]`);
  return copy;
}

function copyOfEntries(entries: readonly (readonly [string, unknown])[], place: Place): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of entries.slice(0, ENTRIES_MAX)) {
    if (key === "__proto__") continue;
    copy[key] =
      place.rules.isSecretKey(key) && item !== undefined && item !== null ? REDACTED : copyOf(item, below(place));
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

function textOf(whole: string, { rules }: Place): string {
  return redactText(cut(whole), rules);
}

function cut(text: string): string {
  return text.length <= STRING_CHARS_MAX ? text : `${text.slice(0, STRING_CHARS_MAX)}…`;
}
