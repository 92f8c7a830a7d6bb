import type { DatabaseSync } from "node:sqlite";
import { SEGMENT } from "./history-schema.ts";
import { LINE_BYTES } from "./log-keeper.ts";
import { ERA_SEGMENTS } from "./trace-rows.ts";

/** A row of `segments`. */
export interface RemovableSegment {
  readonly kind: number;
  readonly segment: number;
  readonly run: number;
  readonly created_ms: number;
}

export interface SegmentRemover {
  /** Removes a segment, or as much of it as is removed in one step. */
  readonly remove: (segment: RemovableSegment) => true;
  /** Removes what is known of a run whose segments are gone. */
  readonly removeRun: (run: number) => true;
  /** Removes tags of segments that are gone. False when there are none. */
  readonly removeStaleTags: () => boolean;
}

/** Rows removed in one step, roughly: some 50 ms. */
const STEP_ROWS = 10_000;
/** Gauges of a run removed in one step. */
const STEP_GAUGES = 50;

export function createSegmentRemover(database: DatabaseSync): SegmentRemover {
  const forget = database.prepare("DELETE FROM segments WHERE kind = ? AND segment = ?");
  const traces = createTraceRemover(database);
  const staleTags = createStaleTagRemover(database);
  const logBytes = database.prepare(
    `SELECT service, sum(length(text) + ${LINE_BYTES}) AS bytes FROM logs WHERE seq BETWEEN ? AND ? GROUP BY service`,
  );
  const discount = database.prepare("UPDATE log_services SET bytes = max(0, bytes - ?) WHERE service = ?");
  const logs = [
    database.prepare("DELETE FROM log_words WHERE rowid IN (SELECT seq FROM logs WHERE seq BETWEEN ? AND ?)"),
    database.prepare("DELETE FROM logs WHERE seq BETWEEN ? AND ?"),
  ];
  const exchanges = [
    database.prepare("DELETE FROM exchange_details WHERE number BETWEEN ? AND ?"),
    database.prepare("DELETE FROM exchanges WHERE number BETWEEN ? AND ?"),
  ];

  const removeRows = ({ kind, segment }: RemovableSegment): boolean => {
    const records = Object.values(SEGMENT).find((each) => each.kind === kind)?.records ?? 1;
    const first = segment * records;
    const last = first + records - 1;
    if (kind === SEGMENT.traces.kind) return traces(segment, first, last);
    if (kind === SEGMENT.logs.kind) {
      for (const { service, bytes } of logBytes.all(first, last)) discount.run(bytes ?? 0, service ?? "");
      for (const statement of logs) statement.run(first, last);
      return true;
    }
    for (const statement of exchanges) statement.run(first, last);
    return true;
  };
  const removeGauges = (run: number): boolean => {
    const gauges = database.prepare("SELECT number FROM gauges WHERE run = ? LIMIT ?").all(run, STEP_GAUGES);
    for (const { number } of gauges) {
      database.prepare("DELETE FROM gauge_points WHERE gauge = ?").run(number ?? 0);
      database.prepare("DELETE FROM gauges WHERE number = ?").run(number ?? 0);
    }
    return gauges.length > 0;
  };

  return {
    remove(segment) {
      if (removeRows(segment)) forget.run(segment.kind, segment.segment);
      return true;
    },
    removeRun(run) {
      if (removeGauges(run)) return true;
      for (const table of ["run_red", "seen_operations", "seen_attributes", "log_patterns"]) {
        database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
      }
      database.prepare("DELETE FROM runs WHERE number = ?").run(run);
      // Words that only earlier runs used: each run marks those that it uses.
      database.prepare("DELETE FROM words WHERE run < (SELECT min(number) FROM runs)").run();
      return true;
    },
    removeStaleTags: staleTags,
  };
}

/** Removes the traces of a segment; true when that was all of them. A trace may have 10 000 spans: not all at once. */
function createTraceRemover(database: DatabaseSync) {
  const sizes = database.prepare(
    "SELECT number, spans, errors FROM traces WHERE number BETWEEN ? AND ? ORDER BY number",
  );
  const removeSpans = database.prepare("DELETE FROM spans WHERE trace BETWEEN ? AND ?");
  const removeTraces = database.prepare("DELETE FROM traces WHERE number BETWEEN ? AND ?");
  const discount = database.prepare(
    "UPDATE segments SET records = records - ?, errors = errors - ? WHERE kind = ? AND segment = ?",
  );
  return (segment: number, first: number, last: number): boolean => {
    let spans = 0;
    let errors = 0;
    let upTo = last;
    for (const row of sizes.all(first, last)) {
      spans += Number(row["spans"]);
      errors += Number(row["errors"]);
      if (spans < STEP_ROWS) continue;
      upTo = Number(row["number"]);
      break;
    }
    removeSpans.run(first, upTo);
    removeTraces.run(first, upTo);
    if (upTo < last) discount.run(spans, errors, SEGMENT.traces.kind, segment);
    return upTo >= last;
  };
}

function createStaleTagRemover(database: DatabaseSync): () => boolean {
  const oldestSegment = database.prepare("SELECT min(segment) AS segment FROM segments WHERE kind = ?");
  const oldestEra = database.prepare("SELECT min(era) AS era FROM tags");
  const cut = database.prepare("SELECT tag FROM tags WHERE era = ? ORDER BY tag LIMIT 1 OFFSET ?");
  const removeTo = database.prepare("DELETE FROM tags WHERE era = ? AND tag <= ?");
  return () => {
    const segment = oldestSegment.get(SEGMENT.traces.kind)?.["segment"];
    const era = oldestEra.get()?.["era"];
    if (typeof era !== "number" || typeof segment !== "number" || era >= Math.floor(segment / ERA_SEGMENTS))
      return false;
    const last = cut.get(era, STEP_ROWS)?.["tag"];
    removeTo.run(era, typeof last === "number" ? last : Number.MAX_SAFE_INTEGER);
    return true;
  };
}
