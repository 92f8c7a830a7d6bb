import { logFilter } from "../api/log-filter.ts";
import type { ExchangeSummary } from "../api/schemas/exchanges.ts";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { TraceSummary } from "../api/schemas/traces.ts";
import { isFailedExchange } from "../history/is-failed-exchange.ts";
import type { LiveQuery } from "./live-query.ts";

/** What of each list a reader wants, by the same names as in listTraces, listLogs and listExchanges. */
export interface LiveFilters {
  readonly traces: (trace: TraceSummary) => boolean;
  readonly logs: (line: LogEntry) => boolean;
  readonly exchanges: (exchange: ExchangeSummary) => boolean;
}

/**
 * Filters for what has just been written. A trace is known here by its summary only: `operation` is that of its root,
 * and with `attribute` nothing passes, as the list has to be asked for that.
 */
export function liveFilters({ filters, attributes }: LiveQuery): LiveFilters {
  return {
    traces: attributes.length > 0 ? () => false : traceFilter(filters),
    logs: logFilter(filters),
    exchanges: exchangeFilter(filters),
  };
}

type Texts = LiveQuery["filters"];

function traceFilter({ service, operation, status, ...texts }: Texts): (trace: TraceSummary) => boolean {
  const [shortestMs, longestMs] = [
    bound(texts["durationMsMin"], 0),
    bound(texts["durationMsMax"], Number.POSITIVE_INFINITY),
  ];
  return (trace) =>
    (service === undefined || trace.services.some((one) => one.service === service)) &&
    (operation === undefined || trace.name === operation) &&
    (status === undefined || (status === "error") === trace.errors > 0) &&
    trace.durationMs >= shortestMs &&
    trace.durationMs <= longestMs;
}

function exchangeFilter({ service, peer, side, method, status, trace, text, body, ...texts }: Texts) {
  const shortestMs = bound(texts["durationMsMin"], 0);
  const { external } = texts;
  const word = text?.toLowerCase();
  // Here are no bodies: the list has to be asked.
  if (body !== undefined) return () => false;
  return (exchange: ExchangeSummary): boolean =>
    (service === undefined || exchange.service === service) &&
    (peer === undefined || exchange.peer === peer) &&
    (side === undefined || exchange.side === side) &&
    (method === undefined || exchange.method === method.toUpperCase()) &&
    (external === undefined || exchange.external === (external === "true")) &&
    (trace === undefined || exchange.traceId.startsWith(trace)) &&
    (status === undefined || hasStatus(exchange, status)) &&
    exchange.durationMs >= shortestMs &&
    (word === undefined || `${exchange.url} ${exchange.operation}`.toLowerCase().includes(word));
}

function hasStatus({ status, error }: ExchangeSummary, wanted: string): boolean {
  const isError = isFailedExchange({ status, error });
  if (wanted === "error") return isError;
  if (wanted === "ok") return !isError && status < 400;
  return /^[1-5]xx$/.test(wanted) ? Math.floor(status / 100) === Number(wanted[0]) : status === Number(wanted);
}

function bound(text: string | undefined, absent: number): number {
  const number = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : absent;
}
