import { createRequire } from "node:module";
import type { Logger } from "pino";
import type { Clock } from "../core/clock.ts";
import { currentContext } from "../core/context.ts";
import type { Log, LogFields } from "../core/log.ts";
import { redact } from "./redact.ts";
import { redactText } from "./redact-text.ts";

/** From the least to the most important; `silent` writes nothing. */
const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** SHOAL_LOG_LEVEL before LOG_LEVEL; "info" when neither is a level. pino's "trace" is "debug", its "fatal" "error". */
export function logLevelFrom(env: Environment): LogLevel {
  const wanted = (env["SHOAL_LOG_LEVEL"] || env["LOG_LEVEL"] || "info").toLowerCase();
  if (wanted === "trace") return "debug";
  if (wanted === "fatal") return "error";
  return LOG_LEVELS.find((level) => level === wanted) ?? "info";
}

/** Where lines go: each ends with "\n". */
export interface LogDestination {
  readonly write: (line: string) => void;
}

export interface LogParts {
  readonly clock: Pick<Clock, "wallMs">;
  readonly level: LogLevel;
  /** Beside every line, such as service and instance. */
  readonly base: LogFields;
  /** Default: standard output, written at once, so that the last line of a process that dies is there. */
  readonly destination?: LogDestination;
}

/**
 * A log of JSON lines: `time` (ISO 8601), `level`, `msg`, the base, `trace_id` and `span_id` of the current context,
 * and the fields, redacted. It never throws. pino is loaded by the first line that is written: a start stays light.
 */
export function createLog(parts: LogParts): Log {
  let logger: Logger | undefined;
  const write = (level: Exclude<LogLevel, "silent">, message: string, fields: LogFields | undefined) => {
    try {
      logger ??= createPino(parts);
      logger[level](fields === undefined ? {} : fieldsOf(fields), redactText(message));
    } catch {
      // a log that cannot be written has nowhere to say so
    }
  };
  const from = LOG_LEVELS.indexOf(parts.level);
  const writer = (level: Exclude<LogLevel, "silent">) =>
    LOG_LEVELS.indexOf(level) < from
      ? () => {}
      : (message: string, fields?: LogFields) => write(level, message, fields);
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
}

/** Names of the line's own; a field of the same name gets a "_", or the line would hold the name twice. */
const OWN: ReadonlySet<string> = new Set(["time", "level", "msg", "service", "instance", "trace_id", "span_id"]);

function fieldsOf(fields: LogFields): object {
  const entries = Object.entries(redact(fields) as object);
  return Object.fromEntries(entries.map(([name, value]) => [OWN.has(name) ? `${name}_` : name, value]));
}

const require = createRequire(import.meta.url);

function createPino({ clock, level, base, destination }: LogParts): Logger {
  const { pino } = require("pino") as typeof import("pino");
  return pino(
    {
      level,
      base,
      timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceFields,
    },
    destination ?? standardOutput(pino),
  );
}

function standardOutput(pino: typeof import("pino").pino): LogDestination {
  const output = pino.destination({ fd: 1, sync: true });
  // EPIPE: who read our output has gone. That must not end the process.
  output.on("error", () => {});
  return output;
}

function traceFields(): object {
  const trace = currentContext()?.trace;
  return trace === undefined ? {} : { trace_id: trace.traceId, span_id: trace.spanId };
}
