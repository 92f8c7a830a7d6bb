import type { DatabaseSync } from "node:sqlite";
import { SEGMENT, segmentOf } from "./history-schema.ts";
import { isError, LINE_BYTES } from "./log-keeper.ts";
import { LOG_LEVELS } from "./log-line.ts";

/** Share of all lines (in bytes) that one service may have when room is needed. */
const SHARE_MAX = 0.5;
/** Lines removed in one step. */
const STEP_LINES = 1_024;
/** Below this nobody is noisy. */
const BYTES_MIN = 64 * 1_024;

/** Removes some of the oldest lines of a service that has more than half of all; false when none has. */
export function trimNoisyService(database: DatabaseSync): boolean {
  const rows = database.prepare("SELECT service, bytes FROM log_services ORDER BY bytes DESC").all();
  const total = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  const [first] = rows;
  if (first === undefined || rows.length < 2) return false;
  const service = first["service"] ?? "";
  if (Number(first["bytes"]) < Math.max(BYTES_MIN, total * SHARE_MAX)) return false;
  const lines = database
    .prepare("SELECT seq, level, length(text) AS chars FROM logs WHERE service = ? ORDER BY seq LIMIT ?")
    .all(service, STEP_LINES);
  const put = database.prepare("UPDATE log_services SET bytes = ? WHERE service = ?");
  if (lines.length === 0) {
    // The total said that there were lines and there are none: the lines are right.
    put.run(0, service);
    return true;
  }
  const removeWords = database.prepare("DELETE FROM log_words WHERE rowid = ?");
  const removeLine = database.prepare("DELETE FROM logs WHERE seq = ?");
  const discount = database.prepare(
    "UPDATE segments SET records = records - 1, errors = errors - ? WHERE kind = ? AND segment = ?",
  );
  let bytes = Number(first["bytes"]);
  for (const { seq, level, chars } of lines) {
    removeWords.run(seq ?? 0);
    removeLine.run(seq ?? 0);
    const error = isError(LOG_LEVELS[Number(level)] ?? "info") ? 1 : 0;
    discount.run(error, SEGMENT.logs.kind, segmentOf("logs", Number(seq)));
    bytes -= Number(chars) + LINE_BYTES;
  }
  put.run(Math.max(0, bytes), service);
  return true;
}
