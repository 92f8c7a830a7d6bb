import type { LogEntry } from "../api/types.ts";
import { counted } from "../format/number.ts";
import { stripAnsi } from "./ansi.ts";

/** Longer texts would make one line cost more than all others; whole they are among the fields. */
const SHOWN_CHARACTERS_MAX = 4_000;

/** What stands on the line: the text with its colours when it is the message itself, else the message. */
export function shownText({ text, message }: LogEntry): string {
  const isPlain = text.length <= SHOWN_CHARACTERS_MAX * 4 && stripAnsi(text).trim() === message.trim();
  return (isPlain ? text : message).slice(0, SHOWN_CHARACTERS_MAX);
}

/** More than the widest screen shows of a line that does not wrap: what nobody can see need not be laid out. */
const SIGHT_CHARACTERS_MAX = 1_000;

/** What is in sight of the first line of a text, and how many more lines there are. */
export function firstLine(text: string): { readonly first: string; readonly more: number } {
  const trimmed = text.trimEnd();
  const end = trimmed.indexOf("\n");
  const first = end < 0 ? trimmed : trimmed.slice(0, end);
  const more = end < 0 ? 0 : trimmed.split("\n").length - 1;
  return { first: first.slice(0, SIGHT_CHARACTERS_MAX), more };
}

/** "+1 line", "+12 lines". */
export function moreLines(more: number): string {
  return `+${counted(more, "line")}`;
}

const INLINE_FIELDS_MAX = 6;

/** The fields behind the message: "status=503 attempt=2". Long and empty ones are left to the details, as is what the line begins with. */
export function inlineFields({ fields, service, instance }: LogEntry): string {
  return Object.entries(fields)
    .filter(([key, value]) => !(key === "service" && value === service) && !(key === "instance" && value === instance))
    .map(([key, value]) => [key, stripAnsi(String(value))] as const)
    .filter(([, value]) => value !== "" && value.length <= 80 && !value.includes("\n"))
    .slice(0, INLINE_FIELDS_MAX)
    .map(([key, value]) => `${key}=${value}`)
    .join("  ");
}

/** A line for a file or the clipboard. */
export function plainLine({ timeMs, service, instance, level, text }: LogEntry): string {
  const time = Number.isFinite(timeMs) && Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
  return `${time} ${level.padEnd(5)} ${service}/${instance} ${stripAnsi(text)}`;
}

/** How to search for a value of a field: as a phrase. Undefined when it cannot be searched for. */
export function phraseOf(value: unknown): string | undefined {
  const text = stripAnsi(String(value)).trim();
  return text === "" || text.length > 200 || text.includes('"') || !/[\p{L}\p{N}]/u.test(text)
    ? undefined
    : `"${text}"`;
}
