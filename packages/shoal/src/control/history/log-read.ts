import type { DatabaseSync } from "node:sqlite";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { LogEntryQuery } from "./history.ts";
import { SEGMENT } from "./history-schema.ts";
import { idBytes, idText } from "./ids.ts";
import { LOG_STREAMS } from "./log-keeper.ts";
import { LOG_LEVELS, readLine, withoutAnsi } from "./log-line.ts";
import { matchOf, wordsOf } from "./log-search.ts";
import { attributesOf, type ShownAttributes } from "./span-rows.ts";
import type { Condition, Row } from "./sql.ts";
import { createSegmentFinder, type Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

interface LogSearchParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
}

export interface LogSearch {
  readonly list: (query: LogEntryQuery) => { readonly lines: LogEntry[]; readonly lastSeq: number };
  /** Lines of a trace, oldest first. */
  readonly ofTrace: (traceId: Uint8Array, limit: number) => LogEntry[];
}

/** Searches log lines by their numbers, which grow with time: see log-search.ts for how filters become words. */
export function createLogSearch({ database, words, runs }: LogSearchParts): LogSearch {
  const segmentsOf = createSegmentFinder(database, "logs");
  const lastSeq = database.prepare("SELECT max(seq) AS last FROM logs");
  const ofTrace = database.prepare("SELECT * FROM logs WHERE trace_id = ? ORDER BY seq LIMIT ?");
  const entryOf = (row: Row) => logEntryOf(row, words.textOf);

  const select = (query: LogEntryQuery): LogEntry[] => {
    const bounds = boundsOf(query, segmentsOf(runs.scopeOf(query)));
    if (bounds === undefined) return [];
    const { from, key, conditions } = sourceOf(query, words, runs);
    const all = [...conditions, [`${key} BETWEEN ? AND ?`, bounds] as const];
    const isForward = query.after !== undefined && query.before === undefined;
    const rows = database
      .prepare(
        `SELECT logs.* FROM ${from} WHERE ${all.map(([text]) => text).join(" AND ")}
         ORDER BY ${key} ${isForward ? "ASC" : "DESC"} LIMIT ?`,
      )
      .all(...all.flatMap(([, values]) => values), query.limit);
    const entries = rows.map(entryOf);
    return isForward ? entries : entries.reverse();
  };

  return {
    list: (query) => ({ lines: select(query), lastSeq: Number(lastSeq.get()?.["last"] ?? 0) }),
    ofTrace: (traceId, limit) => ofTrace.all(traceId, limit).map(entryOf),
  };
}

/**
 * Bounds of seq within which all sought lines are; undefined: there are none.
 *
 * @param segments Those that may hold one, newest first.
 */
function boundsOf({ after = -1, before }: LogEntryQuery, segments: readonly number[]): [number, number] | undefined {
  const [newest] = segments;
  const oldest = segments.at(-1);
  if (newest === undefined || oldest === undefined) return undefined;
  const { records } = SEGMENT.logs;
  const first = Math.max(after + 1, oldest * records);
  const last = Math.min((before ?? Number.MAX_SAFE_INTEGER) - 1, (newest + 1) * records - 1);
  return first > last ? undefined : [first, last];
}

/** Where lines are looked for: by their trace, by words and tags, or one after the other. */
function sourceOf(query: LogEntryQuery, words: WordReader, runs: Runs) {
  const { run, fromMs, toMs } = runs.scopeOf(query);
  const match = query.trace === undefined ? matchOf(query, run) : "";
  const conditions: Condition[] = query.trace === undefined ? [] : traceConditions(query, words);
  if (match !== "") conditions.push(["log_words MATCH ?", [match]]);
  else if (run !== undefined) conditions.push(["run = ?", [run]]);
  for (const sign of wordsOf(query.text ?? "").signs) conditions.push(["instr(logs.text, ?) > 0", [sign]]);
  if (fromMs > Number.NEGATIVE_INFINITY) conditions.push(["logs.time_ms >= ?", [fromMs]]);
  if (toMs < Number.POSITIVE_INFINITY) conditions.push(["logs.time_ms < ?", [toMs]]);
  return match === ""
    ? { from: "logs", key: "logs.seq", conditions }
    : { from: "log_words CROSS JOIN logs ON logs.seq = log_words.rowid", key: "log_words.rowid", conditions };
}

/** A trace has few lines: they are found by its id, and the other filters looked up in each. */
function traceConditions(query: LogEntryQuery, words: WordReader): Condition[] {
  const trace = query.trace ?? "";
  const parts: Condition[] = [["trace_id = ?", [(/^[0-9a-f]{32}$/.test(trace) && idBytes(trace)) || ""]]];
  for (const [column, text] of [
    ["service", query.service],
    ["instance", query.instance],
  ] as const) {
    if (text === undefined) continue;
    const found = words.wordsFor(text);
    parts.push([`${column} IN (${found.map(() => "?").join(", ")})`, found]);
  }
  if (query.stream !== undefined) parts.push(["stream = ?", [LOG_STREAMS.indexOf(query.stream as "stdout")]]);
  const level = LOG_LEVELS.indexOf(query.level as "info");
  if (level > 0) parts.push(["level >= ?", [level]]);
  const { wanted, unwanted } = wordsOf(query.text ?? "");
  if (wanted.length + unwanted.length > 0) {
    const match = matchOf({ text: query.text, limit: 1 }, undefined);
    parts.push(["logs.seq IN (SELECT rowid FROM log_words WHERE log_words MATCH ?)", [match]]);
  }
  return parts;
}

function logEntryOf(row: Row, textOf: WordReader["textOf"]): LogEntry {
  const text = String(row["text"]);
  const stream = LOG_STREAMS[Number(row["stream"])] ?? "stdout";
  const stored = row["fields"];
  const read = typeof stored === "string" ? undefined : readLine(text, stream);
  return {
    seq: Number(row["seq"]),
    timeMs: Number(row["time_ms"]),
    service: textOf(row["service"]),
    instance: textOf(row["instance"]),
    stream,
    text,
    level: LOG_LEVELS[Number(row["level"])] ?? "info",
    message: read?.message ?? withoutAnsi(text),
    traceId: idText(row["trace_id"]),
    spanId: idText(row["span_id"]),
    fields: typeof stored === "string" ? attributesOf(stored, textOf) : ((read?.fields ?? {}) as ShownAttributes),
  };
}
