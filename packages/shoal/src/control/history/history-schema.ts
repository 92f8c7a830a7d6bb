/**
 * `history.db`. Records are numbered as they come; a run of numbers is a segment, the unit in which the oldest are
 * removed, and of which a row of its own tells what is in it, so that a search can pass over it. A word (a service, an
 * operation, a resource) is kept once in `words` and by its number elsewhere; a column of type ANY holds that number,
 * or the text itself when `words` was full.
 *
 * One step for each version of the file; steps are added, never changed.
 */
export const HISTORY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fleet TEXT NOT NULL, start_ms REAL NOT NULL, end_ms REAL,
     last_ms REAL NOT NULL
   ) STRICT;
   CREATE TABLE words (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, run INTEGER NOT NULL) STRICT;

   CREATE TABLE segments (
     kind INTEGER NOT NULL, segment INTEGER NOT NULL, run INTEGER NOT NULL, created_ms REAL NOT NULL,
     min_ms REAL NOT NULL, max_ms REAL NOT NULL, records INTEGER NOT NULL, errors INTEGER NOT NULL,
     duration_ms_max REAL NOT NULL, PRIMARY KEY (kind, segment)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE traces (
     number INTEGER PRIMARY KEY, trace_id BLOB NOT NULL UNIQUE, run INTEGER NOT NULL, service ANY NOT NULL,
     name ANY NOT NULL, has_root INTEGER NOT NULL, root_ms REAL NOT NULL, start_ms REAL NOT NULL, end_ms REAL NOT NULL,
     spans INTEGER NOT NULL, errors INTEGER NOT NULL, status INTEGER, services TEXT NOT NULL, tags BLOB NOT NULL
   ) STRICT;
   CREATE TABLE spans (
     trace INTEGER NOT NULL, span BLOB NOT NULL, parent BLOB, service ANY NOT NULL, instance ANY NOT NULL,
     resource ANY NOT NULL, name ANY NOT NULL, kind INTEGER NOT NULL, start_ms REAL NOT NULL, duration_ms REAL NOT NULL,
     status INTEGER NOT NULL, scope ANY NOT NULL, attributes TEXT NOT NULL, detail TEXT, PRIMARY KEY (trace, span)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tags (era INTEGER NOT NULL, tag INTEGER NOT NULL, segment INTEGER NOT NULL,
     PRIMARY KEY (era, tag, segment)) STRICT, WITHOUT ROWID;

   CREATE TABLE logs (
     seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, time_ms REAL NOT NULL, service ANY NOT NULL, instance ANY NOT NULL,
     stream INTEGER NOT NULL, level INTEGER NOT NULL, trace_id BLOB, span_id BLOB, text TEXT NOT NULL, fields TEXT
   ) STRICT;
   CREATE INDEX logs_trace ON logs (trace_id) WHERE trace_id IS NOT NULL;
   CREATE VIRTUAL TABLE log_words USING fts5(
     text, tags, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
   );
   CREATE TABLE log_services (service ANY PRIMARY KEY NOT NULL, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;

   CREATE TABLE exchanges (
     number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER NOT NULL, side INTEGER NOT NULL,
     service ANY NOT NULL, instance ANY NOT NULL, peer ANY NOT NULL, external INTEGER NOT NULL, operation ANY NOT NULL,
     method TEXT NOT NULL, url TEXT NOT NULL, status INTEGER NOT NULL, start_ms REAL NOT NULL, duration_ms REAL NOT NULL,
     error TEXT NOT NULL, attempts INTEGER NOT NULL, request_bytes INTEGER NOT NULL, reply_bytes INTEGER NOT NULL,
     trace_id BLOB, span_id BLOB
   ) STRICT;
   CREATE INDEX exchanges_trace ON exchanges (trace_id) WHERE trace_id IS NOT NULL;
   CREATE TABLE exchange_details (number INTEGER PRIMARY KEY, detail BLOB NOT NULL) STRICT;

   CREATE TABLE problems (time_ms INTEGER NOT NULL, service ANY NOT NULL, count INTEGER NOT NULL,
     PRIMARY KEY (time_ms, service)) STRICT, WITHOUT ROWID;
   CREATE TABLE seen_operations (run INTEGER NOT NULL, service ANY NOT NULL, name ANY NOT NULL,
     PRIMARY KEY (run, service, name)) STRICT, WITHOUT ROWID;
   CREATE TABLE seen_attributes (run INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run, key)) STRICT, WITHOUT ROWID;

   CREATE TABLE red (
     service ANY NOT NULL, step_ms INTEGER NOT NULL, time_ms INTEGER NOT NULL, run INTEGER NOT NULL,
     operation ANY NOT NULL, caller ANY NOT NULL, count INTEGER NOT NULL, errors INTEGER NOT NULL, counts TEXT NOT NULL,
     PRIMARY KEY (service, step_ms, time_ms, run, operation, caller)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE run_red (
     run INTEGER NOT NULL, service ANY NOT NULL, operation ANY NOT NULL, count INTEGER NOT NULL, errors INTEGER NOT NULL,
     counts TEXT NOT NULL, PRIMARY KEY (run, service, operation)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE gauges (
     number INTEGER PRIMARY KEY, run INTEGER NOT NULL, service ANY NOT NULL, instance ANY NOT NULL, name ANY NOT NULL,
     unit TEXT NOT NULL, attributes ANY NOT NULL, UNIQUE (service, run, instance, name, attributes)
   ) STRICT;
   CREATE TABLE gauge_points (
     gauge INTEGER NOT NULL, step_ms INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL,
     PRIMARY KEY (gauge, step_ms, time_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE log_patterns (
     run INTEGER NOT NULL, service ANY NOT NULL, level INTEGER NOT NULL, pattern TEXT NOT NULL, count INTEGER NOT NULL,
     PRIMARY KEY (run, service, level, pattern)
   ) STRICT, WITHOUT ROWID;`,
];

/** Kinds of segments, and how many records one has: what is removed in one step, without making writes wait. */
export const SEGMENT = {
  traces: { kind: 0, records: 1_024 },
  logs: { kind: 1, records: 1_024 },
  exchanges: { kind: 2, records: 64 },
} as const;
export type SegmentKind = keyof typeof SEGMENT;

/** The first number after `number` that begins a segment. */
export function nextSegment(kind: SegmentKind, number: number): number {
  const { records } = SEGMENT[kind];
  return Math.ceil(number / records) * records;
}

export function segmentOf(kind: SegmentKind, number: number): number {
  return Math.floor(number / SEGMENT[kind].records);
}
