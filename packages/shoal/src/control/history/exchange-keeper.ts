import type { DatabaseSync } from "node:sqlite";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ExchangeDetail, ExchangeSummary } from "../api/schemas/exchanges.ts";
import { idBytes } from "./ids.ts";
import { isFailedExchange } from "./is-failed-exchange.ts";
import { lastNumber, type SegmentKeeper } from "./segments.ts";
import type { WordKeeper } from "./words.ts";

/** What is kept beside the columns: all that a list does not show. */
export type ExchangeParts = Pick<ExchangeDetail, "attempts" | "request" | "reply">;

export interface ExchangeKeeper {
  /** Writes those that are new, and returns them. */
  readonly add: (exchanges: readonly ExchangeDetail[]) => readonly ExchangeSummary[];
}

interface ExchangeKeeperParts {
  readonly database: DatabaseSync;
  readonly run: { readonly number: number; readonly id: string };
  readonly words: WordKeeper;
  readonly segments: SegmentKeeper;
}

export function createExchangeKeeper({ database, run, words, segments }: ExchangeKeeperParts): ExchangeKeeper {
  const insert = database.prepare(
    "INSERT OR IGNORE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const insertDetail = database.prepare("INSERT OR REPLACE INTO exchange_details VALUES (?, ?)");
  let last = lastNumber(database, "exchanges");

  const add = (exchange: ExchangeDetail): ExchangeSummary | undefined => {
    const summary = summaryOfExchange(exchange, run.id);
    const number = last + 1;
    const { changes } = insert.run(
      number,
      summary.id,
      run.number,
      summary.side === "server" ? 1 : 0,
      words.wordOf(summary.service),
      words.wordOf(summary.instance),
      words.wordOf(summary.peer),
      summary.external ? 1 : 0,
      words.wordOf(summary.operation),
      summary.method,
      summary.url,
      summary.status,
      summary.startMs,
      summary.durationMs,
      summary.error,
      summary.attempts,
      summary.requestBytes,
      summary.replyBytes,
      idBytes(summary.traceId),
      idBytes(summary.spanId),
    );
    if (changes === 0) return undefined;
    last = number;
    insertDetail.run(number, packExchange(exchange));
    const { startMs, durationMs } = summary;
    const errors = isFailedExchange(summary) ? 1 : 0;
    segments.note("exchanges", { number, minMs: startMs, maxMs: startMs, records: 1, errors, durationMs });
    return summary;
  };
  return { add: (exchanges) => exchanges.map(add).filter((added) => added !== undefined) };
}

function summaryOfExchange(exchange: ExchangeDetail, run: string): ExchangeSummary {
  const { attempts, ...rest } = exchange;
  return {
    id: rest.id,
    side: rest.side,
    service: rest.service,
    instance: rest.instance,
    peer: rest.peer,
    external: rest.external,
    operation: rest.operation,
    method: rest.method,
    url: rest.url,
    status: rest.status,
    startMs: rest.startMs,
    durationMs: rest.durationMs,
    error: rest.error,
    attempts: attempts.length,
    requestBytes: rest.requestBytes,
    replyBytes: rest.replyBytes,
    traceId: rest.traceId,
    spanId: rest.spanId,
    run,
  };
}

function packExchange({ attempts, request, reply }: ExchangeDetail): Uint8Array {
  return deflateRawSync(JSON.stringify({ attempts, request, reply } satisfies ExchangeParts), { level: 1 });
}

export function unpackExchange(bytes: Uint8Array): ExchangeParts {
  return JSON.parse(unpackedText(bytes)) as ExchangeParts;
}

/** The same as JSON. */
export function unpackedText(bytes: Uint8Array): string {
  return inflateRawSync(bytes).toString("utf8");
}
