import type { DatabaseSync } from "node:sqlite";
import type { ExchangeDetail, ExchangeSummary } from "../api/schemas/exchanges.ts";
import { BODIES_LOOKED_MAX, createBodySearch } from "./exchange-body-search.ts";
import { unpackExchange } from "./exchange-keeper.ts";
import type { ExchangeQuery } from "./history.ts";
import { SEGMENT } from "./history-schema.ts";
import { idBytes, idText } from "./ids.ts";
import { FAILED_EXCHANGE_SQL } from "./is-failed-exchange.ts";
import type { Condition, Row } from "./sql.ts";
import { cursorNumber } from "./trace-search.ts";
import { createSegmentFinder, type Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

interface ExchangeSearchParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
}

export interface ExchangeSearch {
  readonly list: (query: ExchangeQuery) => { readonly exchanges: ExchangeSummary[]; readonly next: string | null };
  /** By its id or the beginning of it; undefined when there is none, or when several begin so. */
  readonly get: (id: string) => ExchangeDetail | undefined;
  /** Oldest first. */
  readonly ofTrace: (traceId: Uint8Array, limit: number) => ExchangeSummary[];
}

/** Segments read by one statement: they are small. */
const TOGETHER = 32;

export function createExchangeSearch({ database, words, runs }: ExchangeSearchParts): ExchangeSearch {
  const segmentsOf = createSegmentFinder(database, "exchanges");
  // A range, because an id may be given by its beginning; "g" comes after all hex digits.
  const byId = database.prepare("SELECT * FROM exchanges WHERE id >= ? AND id < ? LIMIT 2");
  const detailOf = database.prepare("SELECT detail FROM exchange_details WHERE number = ?");
  const ofTrace = database.prepare("SELECT * FROM exchanges WHERE trace_id = ? ORDER BY start_ms, number LIMIT ?");
  const packed = (row: Row | undefined) => {
    const detail = row && detailOf.get(Number(row["number"]))?.["detail"];
    return detail instanceof Uint8Array ? detail : undefined;
  };
  /** Those of the rows that say it, until there are enough, or it takes too long: then the next page goes on. */
  const withBody = (rows: readonly Row[], text: string, limit: number) => {
    const search = createBodySearch(text);
    const found: Row[] = [];
    let looked = 0;
    while (looked < Math.min(rows.length, BODIES_LOOKED_MAX) && found.length < limit && !search.isTired()) {
      const row = rows[looked];
      const detail = packed(row);
      if (row !== undefined && detail !== undefined && search.finds(detail)) found.push(row);
      looked += 1;
    }
    const next = looked < rows.length ? String(rows[looked - 1]?.["number"]) : null;
    return { exchanges: found.map(summary), next };
  };
  const summary = (row: Row) => summaryIn(row, words.textOf, runs.idOf(row["run"]));
  return {
    list(query) {
      const before = cursorNumber(query.cursor);
      const conditions = conditionsOf(query, words, runs);
      const segments = segmentsOf({ ...runs.scopeOf(query), durationMsMin: query.durationMsMin, before });
      const where = conditions.map(([text]) => ` AND ${text}`).join("");
      const select = database.prepare(
        `SELECT * FROM exchanges WHERE number >= ? AND number < ?${where} ORDER BY number DESC LIMIT ?`,
      );
      const values = conditions.flatMap(([, of]) => of);
      const rows: Row[] = [];
      const limit = query.body === undefined ? query.limit : BODIES_LOOKED_MAX;
      for (let start = 0; start < segments.length && rows.length <= limit; start += TOGETHER) {
        const some = segments.slice(start, start + TOGETHER);
        const { records } = SEGMENT.exchanges;
        const upTo = Math.min(((some[0] ?? 0) + 1) * records, before ?? Number.MAX_SAFE_INTEGER);
        rows.push(...select.all((some.at(-1) ?? 0) * records, upTo, ...values, limit + 1 - rows.length));
      }
      if (query.body !== undefined) return withBody(rows, query.body, query.limit);
      const page = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? String(page.at(-1)?.["number"]) : null;
      return { exchanges: page.map(summary), next };
    },
    get(id) {
      const [row, another] = byId.all(id, `${id}g`);
      if (another !== undefined) return undefined;
      const detail = packed(row);
      if (row === undefined || detail === undefined) return undefined;
      return { ...summary(row), ...unpackExchange(detail) };
    },
    ofTrace: (traceId, limit) => ofTrace.all(traceId, limit).map(summary),
  };
}

function conditionsOf(query: ExchangeQuery, words: WordReader, runs: Runs): readonly Condition[] {
  const { run, fromMs, toMs } = runs.scopeOf(query);
  const parts: Condition[] = [];
  const word = (column: string, text: string | undefined) => {
    if (text === undefined) return;
    const found = words.wordsFor(text);
    parts.push([`${column} IN (${found.map(() => "?").join(", ")})`, found]);
  };
  if (run !== undefined) parts.push(["run = ?", [run]]);
  if (fromMs > Number.NEGATIVE_INFINITY) parts.push(["start_ms >= ?", [fromMs]]);
  if (toMs < Number.POSITIVE_INFINITY) parts.push(["start_ms < ?", [toMs]]);
  word("service", query.service);
  word("peer", query.peer);
  if (query.side !== undefined) parts.push(["side = ?", [query.side === "server" ? 1 : 0]]);
  if (query.external !== undefined) parts.push(["external = ?", [query.external ? 1 : 0]]);
  if (query.method !== undefined) parts.push(["method = ?", [query.method.toUpperCase()]]);
  if (query.durationMsMin !== undefined) parts.push(["duration_ms >= ?", [query.durationMsMin]]);
  if (query.trace !== undefined) {
    parts.push(["trace_id = ?", [(/^[0-9a-f]{32}$/.test(query.trace) && idBytes(query.trace)) || ""]]);
  }
  if (query.status !== undefined) parts.push(statusCondition(query.status));
  if (query.text !== undefined) parts.push(textCondition(query.text));
  return parts;
}

/** "error", "ok", "4xx" and its likes, or a status; nothing has another. */
function statusCondition(status: string): Condition {
  if (status === "error") return FAILED_EXCHANGE_SQL;
  if (/^[1-5]xx$/.test(status)) {
    const least = Number(status[0]) * 100;
    return ["(status >= ? AND status < ?)", [least, least + 100]];
  }
  if (status === "ok") {
    const [failed, values] = FAILED_EXCHANGE_SQL;
    return [`(status < ? AND NOT ${failed})`, [400, ...values]];
  }
  return ["status = ?", [/^\d{1,3}$/.test(status) ? Number(status) : -1]];
}

/** Part of the URL or of the operation's name, whatever the case of ASCII letters. */
function textCondition(text: string): Condition {
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return [
    `(url LIKE ? ESCAPE '\\' OR CASE typeof(operation) WHEN 'text' THEN operation
      ELSE (SELECT text FROM words WHERE words.number = operation) END LIKE ? ESCAPE '\\')`,
    [pattern, pattern],
  ];
}

function summaryIn(row: Row, textOf: WordReader["textOf"], run: string): ExchangeSummary {
  return {
    id: String(row["id"]),
    side: row["side"] === 1 ? "server" : "client",
    service: textOf(row["service"]),
    instance: textOf(row["instance"]),
    peer: textOf(row["peer"]),
    external: row["external"] === 1,
    operation: textOf(row["operation"]),
    method: String(row["method"]),
    url: String(row["url"]),
    status: Number(row["status"]),
    startMs: Number(row["start_ms"]),
    durationMs: Number(row["duration_ms"]),
    error: String(row["error"]),
    attempts: Number(row["attempts"]),
    requestBytes: Number(row["request_bytes"]),
    replyBytes: Number(row["reply_bytes"]),
    traceId: idText(row["trace_id"]),
    spanId: idText(row["span_id"]),
    run,
  };
}
