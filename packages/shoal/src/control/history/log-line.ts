import { parseJson } from "../../core/json.ts";
import type { Attributes, AttributeValue } from "../../telemetry/records.ts";
import type { LogEntry, LogLevel } from "../api/schemas/logs.ts";

/** What a line says beside its text. */
export interface ReadLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly fields: Attributes;
  /** When it says it was written; undefined when it does not. */
  readonly timeMs: number | undefined;
}

export const LOG_LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];

const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  trace: "trace",
  silly: "trace",
  verbose: "debug",
  debug: "debug",
  info: "info",
  information: "info",
  notice: "info",
  http: "info",
  log: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  severe: "error",
  fatal: "fatal",
  critical: "fatal",
  crit: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
  panic: "fatal",
  dpanic: "fatal",
};

/**
 * Names under which loggers say it: pino and bunyan, winston, zap, Python's, slog, OpenTelemetry, ECS (also nested), .NET's
 * console and Serilog ("@l"), Rust's tracing (its message is a field), Google Cloud.
 */
const LEVEL_KEYS = [
  ...["level", "levelname", "severity", "log.level", "lvl", "SeverityText", "severity_text"],
  ...["LogLevel", "@l", "log"],
];
const MESSAGE_KEYS = ["msg", "message", "event", "Body", "Message", "@m", "@mt", "fields"];
const TIME_KEYS = ["time", "timestamp", "ts", "@timestamp", "asctime", "date", "t", "Timestamp", "@t"];
const TRACE_KEYS = [
  ...["trace_id", "traceId", "traceID", "TraceId", "trace.id", "otelTraceID", "dd.trace_id", "trace"],
  ...["@tr", "logging.googleapis.com/trace"],
];
const SPAN_KEYS = [
  ...["span_id", "spanId", "spanID", "SpanId", "span.id", "otelSpanID", "dd.span_id", "span"],
  ...["@sp", "logging.googleapis.com/spanId"],
];
/** Where the value is when a name holds an object: { "log": { "level": … } }. */
const NESTED: Readonly<Record<string, string>> = { log: "level", trace: "id", span: "id", fields: "message" };
/** Google Cloud's way to write a trace's id. */
const OF_PROJECT = /^projects\/[^/]{1,64}\/traces\//;

/** Longer JSON is shown as it is: reading it would take longer than it is worth. */
const JSON_CHARS_MAX = 65_536;
const FIELDS_MAX = 64;
const FIELD_CHARS_MAX = 4_096;

/** Reads a line: JSON of the usual loggers, logfmt, or text with a level in it. Never throws. Pure. */
export function readLine(text: string, stream: string): ReadLine {
  const plain = withoutAnsi(text);
  return (plain.startsWith("{") ? readJson(plain.trim()) : undefined) ?? readText(plain, stream);
}

function readJson(text: string): ReadLine | undefined {
  if (!text.endsWith("}") || text.length > JSON_CHARS_MAX) return undefined;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  const record = value as Readonly<Record<string, unknown>>;
  const used = new Set<string>();
  const take = <Result>(keys: readonly string[], read: (value: unknown) => Result | undefined): Result | undefined => {
    for (const key of keys) {
      if (!Object.hasOwn(record, key)) continue;
      const value = record[key];
      const nested = isObject(value) ? value[NESTED[key] ?? ""] : undefined;
      const found = read(nested ?? value);
      if (found === undefined) continue;
      // the rest of an object is shown
      if (nested === undefined) used.add(key);
      return found;
    }
    return undefined;
  };
  const level = take(LEVEL_KEYS, levelOf);
  const message = take(MESSAGE_KEYS, messageOf);
  const timeMs = take(TIME_KEYS, timeOf);
  const traceId = take(TRACE_KEYS, (found) => hexId(found, 32));
  const spanId = take(SPAN_KEYS, (found) => hexId(found, 16));
  return {
    level: level ?? "info",
    message: message ?? text,
    traceId: traceId ?? "",
    spanId: traceId ? (spanId ?? "") : "",
    fields: fieldsOf(record, used),
    timeMs,
  };
}

function messageOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Numbers are pino's and bunyan's (10 to 60). */
function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === "number") return LOG_LEVELS[Math.min(5, Math.max(0, Math.floor(value / 10) - 1))];
  if (typeof value !== "string") return undefined;
  const name = value.toLowerCase();
  return Object.hasOwn(LEVEL_NAMES, name) ? LEVEL_NAMES[name] : undefined;
}

/** Unix seconds, milliseconds or nanoseconds, or a date as text. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) {
    if (value < 1e11) return value * 1_000;
    return value < 1e14 ? value : value / 1e6;
  }
  if (typeof value !== "string" || value.length > 40) return undefined;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** An id of so many hex digits, not all 0; a decimal one of Datadog's or a shorter one is none. */
function hexId(value: unknown, digits: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const id = value.replace(OF_PROJECT, "").toLowerCase();
  if (id.length !== digits) return undefined;
  return /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}

function fieldsOf(record: Readonly<Record<string, unknown>>, used: ReadonlySet<string>): Attributes {
  const fields: Record<string, AttributeValue> = {};
  let count = 0;
  for (const [key, value] of Object.entries(record)) {
    if (used.has(key) || value === null || value === undefined) continue;
    count += 1;
    if (count > FIELDS_MAX) break;
    fields[key] = fieldOf(value);
  }
  return fields;
}

function fieldOf(value: unknown): AttributeValue {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, FIELD_CHARS_MAX);
}

/** logfmt's, a bracketed or capital word near the beginning, or a word with a colon at the very beginning. */
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity)=["']?([a-z]{3,11})\b/i;
const BRACKETED_LEVEL = /^.{0,80}?[[(<]\s*([a-z]{3,11})\s*[\])>]/i;
const CAPITAL_LEVEL =
  /^.{0,80}?\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|PANIC|EMERG|ALERT)\b/;
const LEADING_LEVEL = /^\s*([a-z]{3,11})\s*:/i;
/** How errors of common languages begin when nobody catches them. */
const UNCAUGHT =
  /^(?:Uncaught\b|Unhandled\b|[\w$.]*(?:Error|Exception)\b[^=]{0,40}?(?::|$)|Traceback \(most recent|Exception in thread|panic:|thread '.*' panicked|fatal error)/;

function readText(plain: string, stream: string): ReadLine {
  const logfmt = nameIn(LOGFMT_LEVEL, plain);
  const found =
    logfmt ?? nameIn(BRACKETED_LEVEL, plain) ?? nameIn(CAPITAL_LEVEL, plain) ?? nameIn(LEADING_LEVEL, plain);
  const level = found ?? (stream !== "stdout" && UNCAUGHT.test(plain) ? "error" : "info");
  const traceId = hexId(/(?:^|[\s[])(?:trace_?id|traceID)[=:]\s*"?([0-9a-f]{32})\b/i.exec(plain)?.[1], 32) ?? "";
  return { level, message: plain, traceId, spanId: "", fields: {}, timeMs: undefined };
}

function nameIn(pattern: RegExp, text: string): LogLevel | undefined {
  return levelOf(pattern.exec(text.length > 400 ? text.slice(0, 400) : text)?.[1]);
}

/** True for a line that goes on telling of the error before it: of a stack or of its causes. */
export function continuesError(text: string): boolean {
  return /^(?:\s+\S|Caused by:|During handling of|The above exception|\s*$|\s*[}\])]+\s*$|[\w$.]*(?:Error|Exception)\b.*:|goroutine \d+)/.test(
    text,
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** The text without a terminal's escape codes. */
export function withoutAnsi(text: string): string {
  return text.includes("\u001b") ? text.replace(ANSI, "") : text;
}

/** What is searched for words: what was printed, or the text and the values of a record that came over the network. */
export function searchedText({ text, stream, fields }: Pick<LogEntry, "text" | "stream" | "fields">): string {
  const plain = withoutAnsi(text);
  return stream === "otlp" ? [plain, ...Object.values(fields).map(String)].join("\n") : plain;
}
