import type { Clock } from "../core/clock.ts";
import { currentContext } from "../core/context.ts";
import type { Log, LogFields } from "../core/log.ts";
import type { Batches } from "./batches.ts";
import { attributesJson } from "./otlp-json.ts";
import type { AttributeValue } from "./records.ts";
import { redact } from "./redact.ts";
import type { Resource } from "./resource.ts";
import { nanoText } from "./time-text.ts";

/** A line of a service's own log, as it is exported. */
export interface LogRecord {
  /** Unix ms. */
  readonly timeMs: number;
  readonly level: LogLevelName;
  readonly message: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** "" outside of a request. */
  readonly traceId: string;
  readonly spanId: string;
}

type LogLevelName = keyof Log;

/** OpenTelemetry's numbers of the levels. */
const SEVERITIES: Readonly<Record<LogLevelName, number>> = { debug: 5, info: 9, warn: 13, error: 17 };
const LEVELS = Object.keys(SEVERITIES) as readonly LogLevelName[];

/**
 * A log that says the same to another, and adds each line to what is exported, redacted.
 * @param from The least level exported; none when it is "silent".
 */
export function exportingLog(
  log: Log,
  {
    clock,
    batches,
    from,
  }: { clock: Pick<Clock, "wallMs">; batches: Batches<LogRecord>; from: LogLevelName | "silent" },
): Log {
  const first = from === "silent" ? LEVELS.length : LEVELS.indexOf(from);
  const writer = (level: LogLevelName) => (message: string, fields?: LogFields) => {
    log[level](message, fields);
    if (LEVELS.indexOf(level) < first) return;
    const trace = currentContext()?.trace;
    const attributes = attributesOf(fields);
    const ids = { traceId: trace?.traceId ?? "", spanId: trace?.spanId ?? "" };
    batches.add({ timeMs: clock.wallMs(), level, message, attributes, ...ids }, 400 + 2 * message.length);
  };
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** What is no plain value is told as its JSON text. */
function attributesOf(fields: LogFields | undefined): LogRecord["attributes"] {
  const entries = Object.entries((fields === undefined ? {} : redact(fields)) as object);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      if (value === undefined || value === null) return [];
      const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      return [[name, isPlain ? value : JSON.stringify(value)]];
    }),
  );
}

/** The body of an OTLP/HTTP logs request in JSON, for the lines of one resource. */
export function logsEncoder(resource: Resource): (records: readonly LogRecord[]) => string {
  const head = `{"resourceLogs":[{"resource":{"attributes":${attributesJson(resource)}},"scopeLogs":[{"scope":{"name":"shoal"},"logRecords":[`;
  return (records) => `${head}${records.map(recordJson).join(",")}]}]}]}`;
}

function recordJson({ timeMs, level, message, attributes, traceId, spanId }: LogRecord): string {
  const ids = traceId === "" ? "" : `,"traceId":"${traceId}","spanId":"${spanId}"`;
  return (
    `{"timeUnixNano":"${nanoText(timeMs)}","severityNumber":${SEVERITIES[level]},"severityText":"${level.toUpperCase()}",` +
    `"body":{"stringValue":${JSON.stringify(message)}},"attributes":${attributesJson(attributes)}${ids}}`
  );
}
