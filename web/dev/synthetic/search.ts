import type { ExchangeDetail, LogEntry } from "../../src/api/types.ts";
import type { SyntheticHistory } from "./history.ts";

type Kept = SyntheticHistory["traces"][number];

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Whether a record passes the filters of a query, as listTraces, listLogs and listExchanges take them. */
export function traceFilter(query: URLSearchParams): (trace: Kept) => boolean {
  const service = query.get("service");
  const operation = query.get("operation");
  const status = query.get("status");
  const attributes = query.getAll("attribute").map((text) => text.split("=", 2));
  const inWindow = windowFilter(query);
  const [min, max] = [numberOf(query, "durationMsMin", 0), numberOf(query, "durationMsMax", Number.POSITIVE_INFINITY)];
  return ({ summary, spans }) =>
    inWindow(summary.startMs) &&
    summary.durationMs >= min &&
    summary.durationMs <= max &&
    (status === null || (status === "error") === summary.errors > 0) &&
    (service === null || spans.some((span) => span.service === service)) &&
    (operation === null ||
      spans.some((span) => isOperation(span, operation) && (service === null || span.service === service))) &&
    attributes.every(([key = "", value]) => spans.some((span) => String(span.attributes[key]) === value));
}

function isOperation(span: Kept["spans"][number], operation: string): boolean {
  return span.name === operation || span.attributes["shoal.operation"] === operation;
}

export function lineFilter(query: URLSearchParams): (line: LogEntry) => boolean {
  const level = LEVELS.indexOf(query.get("level") ?? "trace");
  const words = (query.get("text") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const inWindow = windowFilter(query);
  const same = sameFilter<LogEntry>(query, {
    service: "service",
    instance: "instance",
    stream: "stream",
    trace: "traceId",
  });
  return (line) =>
    inWindow(line.timeMs) &&
    same(line) &&
    LEVELS.indexOf(line.level) >= level &&
    words.every((word) => line.text.toLowerCase().includes(word.replaceAll(/["*]/g, "")));
}

export function exchangeFilter(query: URLSearchParams): (exchange: ExchangeDetail) => boolean {
  const status = query.get("status");
  const external = query.get("external");
  const text = query.get("text")?.toLowerCase() ?? "";
  const min = numberOf(query, "durationMsMin", 0);
  const inWindow = windowFilter(query);
  const same = sameFilter<ExchangeDetail>(query, {
    service: "service",
    peer: "peer",
    side: "side",
    method: "method",
    trace: "traceId",
  });
  return (exchange) =>
    inWindow(exchange.startMs) &&
    same(exchange) &&
    exchange.durationMs >= min &&
    (external === null || String(exchange.external) === external) &&
    (status === null || isStatus(exchange.status, status)) &&
    `${exchange.url} ${exchange.operation}`.toLowerCase().includes(text);
}

function isStatus(status: number, wanted: string): boolean {
  const kind = status === 0 || status >= 500 ? "error" : status >= 400 ? "4xx" : "ok";
  return kind === wanted || String(status) === wanted;
}

function windowFilter(query: URLSearchParams): (timeMs: number) => boolean {
  const [from, to] = [numberOf(query, "fromMs", 0), numberOf(query, "toMs", Number.POSITIVE_INFINITY)];
  return (timeMs) => timeMs >= from && timeMs < to;
}

function sameFilter<Row>(query: URLSearchParams, fields: Readonly<Record<string, keyof Row>>): (row: Row) => boolean {
  const wanted = Object.entries(fields).flatMap(([name, field]) => {
    const value = query.get(name);
    return value === null ? [] : [[field, value] as const];
  });
  return (row) => wanted.every(([field, value]) => row[field] === value);
}

export function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  return text === null ? otherwise : Number(text);
}
