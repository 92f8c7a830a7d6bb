import type { DatabaseSync } from "node:sqlite";
import type { TraceSummary } from "../api/schemas/traces.ts";
import type { TraceQuery } from "./history.ts";
import { SEGMENT } from "./history-schema.ts";
import type { Row } from "./sql.ts";
import { attributeTag, nameTag, operationTag, serviceTag, tagBytes } from "./tag.ts";
import { summaryOf } from "./trace-draft.ts";
import { draftOf, ERA_SEGMENTS } from "./trace-rows.ts";
import { createSegmentFinder, type Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

interface TraceSearchParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
}

interface Page {
  readonly traces: TraceSummary[];
  readonly next: string | null;
}

type Value = number | string | Uint8Array | null;

const RECORDS = SEGMENT.traces.records;

/**
 * Searches traces, from the one that began to be told of last. Segments that cannot hold one are passed over: by what
 * their rows tell (times, longest, errors), and by the tags sought, each of which some trace of the segment must have.
 * The others are read one after the other until the page is full.
 */
export function createTraceSearch({ database, words, runs }: TraceSearchParts): (query: TraceQuery) => Page {
  const segmentsOf = createSegmentFinder(database, "traces");
  const withTag = createTagFinder(database);
  return (query) => {
    const tags = tagsOf(query);
    const before = cursorNumber(query.cursor);
    const scope = runs.scopeOf(query);
    const { durationMsMin } = query;
    const withErrors = query.status === "error";
    let segments = segmentsOf({ ...scope, durationMsMin, withErrors, before });
    for (const tag of tags) segments = withTag(tag, segments);
    const { sql, values } = conditionsOf(query, tags, runs);
    const select = database.prepare(
      `SELECT * FROM traces WHERE number >= ? AND number < ?${sql} ORDER BY number DESC LIMIT ?`,
    );
    const rows: Row[] = [];
    for (const segment of segments) {
      const upTo = Math.min((segment + 1) * RECORDS, before ?? Number.MAX_SAFE_INTEGER);
      rows.push(...select.all(segment * RECORDS, upTo, ...values, query.limit + 1 - rows.length));
      if (rows.length > query.limit) break;
    }
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      traces: page.map((row) => summaryOf(draftOf(row, words.textOf), runs.idOf(row["run"]))),
      next: rows.length > query.limit && last ? String(last["number"]) : null,
    };
  };
}

/** The number in a cursor; a cursor that none of ours is reads as the beginning. */
export function cursorNumber(cursor: string | undefined): number | undefined {
  return cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;
}

function tagsOf({ service, operation, attribute = [] }: TraceQuery): readonly number[] {
  const tags = attribute.map(attributeTag);
  if (service !== undefined && operation !== undefined) tags.push(operationTag(service, operation));
  else if (service !== undefined) tags.push(serviceTag(service));
  else if (operation !== undefined) tags.push(nameTag(operation));
  return tags;
}

function conditionsOf(query: TraceQuery, tags: readonly number[], runs: Runs) {
  const { durationMsMin, durationMsMax, status } = query;
  const { run, fromMs, toMs } = runs.scopeOf(query);
  const parts: [string, Value][] = [];
  if (run !== undefined) parts.push(["run = ?", run]);
  if (fromMs > Number.NEGATIVE_INFINITY) parts.push(["start_ms >= ?", fromMs]);
  if (toMs < Number.POSITIVE_INFINITY) parts.push(["start_ms < ?", toMs]);
  if (durationMsMin !== undefined) parts.push(["end_ms - start_ms >= ?", durationMsMin]);
  if (durationMsMax !== undefined) parts.push(["end_ms - start_ms <= ?", durationMsMax]);
  if (status !== undefined) parts.push([status === "error" ? "errors > ?" : "errors = ?", 0]);
  for (const tag of tags) parts.push(["instr(tags, ?) > 0", tagBytes(tag)]);
  return { sql: parts.map(([text]) => ` AND ${text}`).join(""), values: parts.map(([, value]) => value) };
}

/** Keeps those segments that hold a trace with a tag, in their order. */
function createTagFinder(database: DatabaseSync) {
  const find = database.prepare("SELECT segment FROM tags WHERE era = ? AND tag = ?");
  return (tag: number, segments: readonly number[]): readonly number[] => {
    const byEra = new Map<number, ReadonlySet<number>>();
    return segments.filter((segment) => {
      const era = Math.floor(segment / ERA_SEGMENTS);
      const found = byEra.get(era) ?? new Set(find.all(era, tag).map((row) => Number(row["segment"])));
      byEra.set(era, found);
      return found.has(segment);
    });
  };
}
