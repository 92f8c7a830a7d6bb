import type { DatabaseSync } from "node:sqlite";
import type { ExchangeDetail } from "../api/schemas/exchanges.ts";
import type { Decoded, DecodedExchange } from "../intake/decoded.ts";
import { createExchangeKeeper } from "./exchange-keeper.ts";
import { createGaugeKeeper } from "./gauge-keeper.ts";
import type { Appended, RedRow } from "./history.ts";
import type { HistoryOptions } from "./history-options.ts";
import { createLogKeeper, type NumberedLine } from "./log-keeper.ts";
import { createNotesKeeper } from "./notes-keeper.ts";
import { createRedKeeper } from "./red-keeper.ts";
import { beginRun } from "./run-keeper.ts";
import { createSegmentKeeper } from "./segments.ts";
import { createSpanKeeper } from "./span-rows.ts";
import { createTraceKeeper } from "./trace-rows.ts";
import { createWordKeeper } from "./words.ts";

/** What was left out of a body after it was read, and why. */
export interface Written {
  readonly spansLeft: number;
  readonly gaugesLeft: number;
}

/**
 * Writes to an open database, inside transactions that its caller begins and ends: `flush` before each commit. After a
 * rollback it must be made anew, since it remembers what it has written.
 */
export interface HistoryWriter {
  readonly run: number;
  readonly decoded: (decoded: Decoded, lines: readonly NumberedLine[], nowMs: number) => Written;
  readonly lines: (lines: readonly NumberedLine[], nowMs: number) => void;
  readonly red: (rows: readonly RedRow[]) => void;
  readonly exchanges: (exchanges: readonly ExchangeDetail[]) => void;
  /** Returns what was written since the last flush. */
  readonly flush: (nowMs: number) => Appended;
  readonly endRun: (nowMs: number) => void;
}

export function createHistoryWriter(
  database: DatabaseSync,
  run: { readonly id: string; readonly fleet: string },
  nowMs: number,
  options: HistoryOptions,
): HistoryWriter {
  const current = beginRun(database, run, nowMs);
  const words = createWordKeeper(database, current.number, options.wordsMax);
  const segments = createSegmentKeeper(database, current.number);
  const traces = createTraceKeeper({ database, run: current, words, segments });
  const spans = createSpanKeeper({ database, words, traces, traceSpansMax: options.traceSpansMax });
  const logs = createLogKeeper({ database, run: current.number, words, segments });
  const exchanges = createExchangeKeeper({ database, run: current, words, segments });
  const red = createRedKeeper(database, current.number, words);
  const gauges = createGaugeKeeper(database, current.number, words, options.gaugesMax);
  const notes = createNotesKeeper(database, current.number, words);
  let appendedLogs: Appended["logs"][number][] = [];
  let appendedExchanges: Appended["exchanges"][number][] = [];

  const writeLines = (lines: readonly NumberedLine[], atMs: number) => {
    if (lines.length === 0) return;
    const entries = lines.map(({ entry }) => entry);
    logs.write(lines);
    notes.lines(entries, atMs);
    appendedLogs = appendedLogs.concat(entries);
  };
  const writeExchanges = (added: readonly ExchangeDetail[]) => {
    if (added.length > 0) appendedExchanges = appendedExchanges.concat(exchanges.add(added));
  };

  return {
    run: current.number,
    decoded(decoded, lines, atMs) {
      const spansLeft = spans.add(decoded.spans);
      notes.spans(decoded.spans, atMs);
      writeLines(lines, atMs);
      writeExchanges(decoded.exchanges.map((exchange) => detailOf(exchange, current.id)));
      return { spansLeft, gaugesLeft: gauges.add(decoded.metrics.gauges) };
    },
    lines: writeLines,
    red: red.add,
    exchanges: writeExchanges,
    flush(atMs) {
      const appended: Appended = { traces: traces.flush(), logs: appendedLogs, exchanges: appendedExchanges };
      appendedLogs = [];
      appendedExchanges = [];
      logs.flush();
      notes.flush();
      segments.flush(atMs);
      current.touch(atMs);
      return appended;
    },
    endRun: current.end,
  };
}

function detailOf({ resource: _, ...exchange }: DecodedExchange, run: string): ExchangeDetail {
  const { attempts, request, reply } = exchange;
  return {
    ...exchange,
    attempts: [...attempts],
    request: { ...request, headers: request.headers.map(([name, value]) => [name, value]) },
    reply: reply && { ...reply, headers: reply.headers.map(([name, value]) => [name, value]) },
    requestBytes: request.body.bytes,
    replyBytes: reply?.body.bytes ?? 0,
    run,
  };
}
