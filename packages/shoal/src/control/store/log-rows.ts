import type { DatabaseSync } from "node:sqlite";
import type { LogLine } from "../api/contract.ts";
import { inTransaction } from "./sqlite.ts";

/** What log lines may take of the disk. */
export interface LogLimits {
  /** Most lines kept; the oldest go first. Default 200 000. */
  readonly linesMax: number;
  /** Most bytes of text kept, in UTF-8. Default 64 MiB. */
  readonly bytesMax: number;
}

export const LOG_LIMITS: LogLimits = Object.freeze({ linesMax: 200_000, bytesMax: 64 * 1_024 * 1_024 });

/** Which lines are wanted. */
export interface LogQuery {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  /** Lines with a greater seq, oldest first. Without it: the last ones. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** A trim goes this far below the limit, so that not every batch has to trim. */
const TRIM_TO = 0.95;
/** Lines looked at in one step of a trim. */
const TRIM_STEP = 5_000;

/** Adds lines and trims the oldest, in one transaction. Throws what SQLite throws. */
export function insertLogLines(database: DatabaseSync, lines: readonly LogLine[], limits: LogLimits): void {
  inTransaction(database, () => {
    // A line that is there already was flushed before: its seq says so.
    const insert = database.prepare("INSERT OR IGNORE INTO log_lines VALUES (?, ?, ?, ?, ?, ?, ?)");
    let added = 0;
    let addedBytes = 0;
    for (const { seq, timeMs, service, instance, stream, text } of lines) {
      const bytes = Buffer.byteLength(text);
      const { changes } = insert.run(seq, timeMs, service, instance, stream, text, bytes);
      if (changes === 0) continue;
      added += 1;
      addedBytes += bytes;
    }
    database.prepare("UPDATE log_totals SET lines = lines + ?, bytes = bytes + ?").run(added, addedBytes);
    trim(database, limits);
  });
}

function trim(database: DatabaseSync, limits: LogLimits): void {
  const totals = database.prepare("SELECT lines, bytes FROM log_totals").get();
  let lines = Number(totals?.["lines"] ?? 0);
  let bytes = Number(totals?.["bytes"] ?? 0);
  if (lines <= limits.linesMax && bytes <= limits.bytesMax) return;
  const linesTo = Math.floor(limits.linesMax * TRIM_TO);
  const bytesTo = Math.floor(limits.bytesMax * TRIM_TO);
  const oldest = database.prepare(`SELECT seq, bytes FROM log_lines ORDER BY seq LIMIT ${TRIM_STEP}`);
  const remove = database.prepare("DELETE FROM log_lines WHERE seq <= ?");
  while (lines > linesTo || bytes > bytesTo) {
    let cut: number | undefined;
    for (const row of oldest.all()) {
      if (lines <= linesTo && bytes <= bytesTo) break;
      cut = Number(row["seq"]);
      lines -= 1;
      bytes -= Number(row["bytes"]);
    }
    if (cut === undefined) {
      // The totals said there were lines and there are none: the rows are right.
      lines = 0;
      bytes = 0;
      break;
    }
    remove.run(cut);
  }
  database.prepare("UPDATE log_totals SET lines = ?, bytes = ?").run(lines, bytes);
}

/** The wanted lines, oldest first. Throws what SQLite throws. */
export function selectLogLines(database: DatabaseSync, query: LogQuery): LogLine[] {
  const { service, instance, after, limit } = query;
  const conditions = [
    ...(service === undefined ? [] : ["service = :service"]),
    ...(instance === undefined ? [] : ["instance = :instance"]),
    ...(after === undefined ? [] : ["seq > :after"]),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const order = after === undefined ? "DESC" : "ASC";
  const sql = `SELECT seq, time_ms AS timeMs, service, instance, stream, text FROM log_lines ${where} ORDER BY seq ${order} LIMIT :limit`;
  const rows = database.prepare(sql).all({
    limit,
    ...(service === undefined ? {} : { service }),
    ...(instance === undefined ? {} : { instance }),
    ...(after === undefined ? {} : { after }),
  }) as unknown as LogLine[];
  return after === undefined ? rows.reverse() : rows;
}

/** The greatest seq, 0 when there is none. Throws what SQLite throws. */
export function lastLogSeq(database: DatabaseSync): number {
  return Number(database.prepare("SELECT max(seq) AS last FROM log_lines").get()?.["last"] ?? 0);
}
