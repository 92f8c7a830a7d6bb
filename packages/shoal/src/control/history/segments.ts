import type { DatabaseSync } from "node:sqlite";
import { SEGMENT, type SegmentKind, segmentOf } from "./history-schema.ts";

/** What a record adds to what is known of its segment. */
interface SegmentNote {
  readonly number: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly records: number;
  readonly errors: number;
  readonly durationMs: number;
}

interface Draft {
  minMs: number;
  maxMs: number;
  records: number;
  errors: number;
  durationMs: number;
}

/** Adds up what is written, and writes one row a segment before each commit. */
export interface SegmentKeeper {
  readonly note: (kind: SegmentKind, note: SegmentNote) => void;
  readonly flush: (nowMs: number) => void;
}

export function createSegmentKeeper(database: DatabaseSync, run: number): SegmentKeeper {
  const put = database.prepare(
    `INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       min_ms = min(min_ms, excluded.min_ms), max_ms = max(max_ms, excluded.max_ms),
       records = records + excluded.records, errors = errors + excluded.errors,
       duration_ms_max = max(duration_ms_max, excluded.duration_ms_max)`,
  );
  const drafts = new Map<SegmentKind, Map<number, Draft>>();
  return {
    note(kind, note) {
      const segment = segmentOf(kind, note.number);
      const ofKind = drafts.get(kind) ?? new Map<number, Draft>();
      drafts.set(kind, ofKind);
      const draft = ofKind.get(segment);
      if (draft === undefined) {
        ofKind.set(segment, { ...note });
        return;
      }
      draft.minMs = Math.min(draft.minMs, note.minMs);
      draft.maxMs = Math.max(draft.maxMs, note.maxMs);
      draft.records += note.records;
      draft.errors += note.errors;
      draft.durationMs = Math.max(draft.durationMs, note.durationMs);
    },
    flush(nowMs) {
      for (const [kind, ofKind] of drafts) {
        for (const [segment, { minMs, maxMs, records, errors, durationMs }] of ofKind) {
          put.run(SEGMENT[kind].kind, segment, run, nowMs, minMs, maxMs, records, errors, durationMs);
        }
        ofKind.clear();
      }
    },
  };
}

/** The greatest number given out so far, segments whose records are gone included; 0 without any. */
export function lastNumber(database: DatabaseSync, kind: SegmentKind): number {
  const { kind: number, records } = SEGMENT[kind];
  const row = database.prepare("SELECT max(segment) AS last FROM segments WHERE kind = ?").get(number);
  const last = row?.["last"];
  return last === null || last === undefined ? 0 : (Number(last) + 1) * records - 1;
}
