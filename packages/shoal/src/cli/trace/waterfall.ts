import type { LogEntry } from "../../control/api/schemas/logs.ts";
import type { Trace } from "../../control/api/schemas/traces.ts";
import { displayWidth, pad, printable, truncate } from "../terminal/display-width.ts";
import { formatLatency } from "../terminal/format.ts";
import { LEVEL_COLOURS, readableLine } from "../terminal/readable-line.ts";
import { colourOf, type Paint } from "../terminal/style.ts";
import { type SpanLine, spanTree } from "./span-tree.ts";

const BAR_MIN = 12;
const BAR_MAX = 60;
const LATENCY_WIDTH = 8;
/** What a terminal's width is taken for where there is none. */
const WIDTH_DEFAULT = 120;

/**
 * A trace as lines: each span with its place in time as a bar, errors with their reason, and the log lines of a span
 * below it.
 */
export function waterfallLines(trace: Trace, width: number, paint: Paint): string[] {
  const columns = Number.isFinite(width) ? width : WIDTH_DEFAULT;
  const tree = spanTree(trace.spans);
  const startMs = Math.min(...trace.spans.map((span) => span.startMs));
  const endMs = Math.max(...trace.spans.map((span) => span.startMs + span.durationMs));
  const titleWidth = Math.min(Math.floor(columns * 0.55), Math.max(...tree.map((line) => displayWidth(titleOf(line)))));
  const barWidth = Math.min(BAR_MAX, Math.max(BAR_MIN, columns - titleWidth - LATENCY_WIDTH - 4));
  const logsOf = Map.groupBy(trace.logs, ({ spanId }) => spanId);
  const shown = new Set(trace.spans.map(({ spanId }) => spanId));
  const scale = { startMs, lengthMs: Math.max(endMs - startMs, Number.EPSILON), barWidth, titleWidth };
  return [
    ...tree.flatMap((line) => [
      spanText(line, scale, paint),
      ...reasonOf(line, columns, paint),
      ...(logsOf.get(line.span.spanId) ?? []).map((log) => logText(log, line.depth, columns, paint)),
    ]),
    ...trace.logs.filter(({ spanId }) => !shown.has(spanId)).map((log) => logText(log, 0, columns, paint)),
  ];
}

interface Scale {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly barWidth: number;
  readonly titleWidth: number;
}

function titleOf({ span, depth }: SpanLine): string {
  return `${"  ".repeat(depth)}${printable(span.service)} ${printable(span.name)}`;
}

function spanText(line: SpanLine, { startMs, lengthMs, barWidth, titleWidth }: Scale, paint: Paint): string {
  const { span } = line;
  const isError = span.status === "error";
  const from = Math.min(barWidth - 1, Math.floor(((span.startMs - startMs) / lengthMs) * barWidth));
  const length = Math.max(1, Math.min(barWidth - from, Math.round((span.durationMs / lengthMs) * barWidth)));
  const bar = " ".repeat(from) + "━".repeat(length) + " ".repeat(barWidth - from - length);
  const title = pad(truncate(titleOf(line), titleWidth), titleWidth);
  return [
    isError ? paint("red", title) : title,
    pad(formatLatency(span.durationMs), LATENCY_WIDTH, "right"),
    paint(isError ? "red" : colourOf(span.service), bar),
  ]
    .join("  ")
    .trimEnd();
}

function reasonOf({ span, depth }: SpanLine, width: number, paint: Paint): string[] {
  if (span.status !== "error") return [];
  const status = span.attributes["http.response.status_code"];
  const reason =
    span.statusMessage || String(span.attributes["error.type"] ?? (status ? `status ${status}` : "failed"));
  return [paint("red", truncate(`${"  ".repeat(depth)}  ✗ ${printable(reason)}`, width))];
}

/** Of each of its lines the same. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["trace_id", "traceId", "spanId"]);

function logText(log: LogEntry, depth: number, width: number, paint: Paint): string {
  const mark = `${"  ".repeat(depth)}  │ ${printable(log.instance)} `;
  const said = truncate(
    readableLine(log.text, (_, text) => text, OWN_FIELDS),
    Math.max(20, width - mark.length),
  );
  const colour = LEVEL_COLOURS[log.level];
  return paint("dim", mark) + (colour ? paint(colour, said) : said);
}
