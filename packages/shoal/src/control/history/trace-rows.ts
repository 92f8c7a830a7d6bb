import type { DatabaseSync } from "node:sqlite";
import type { TraceSummary } from "../api/schemas/traces.ts";
import { segmentOf } from "./history-schema.ts";
import { idBytes, idText } from "./ids.ts";
import { lastNumber, type SegmentKeeper } from "./segments.ts";
import type { Row } from "./sql.ts";
import { packTags, unpackTags } from "./tag.ts";
import { newTraceDraft, summaryOf, type TraceBeginning, type TraceDraft } from "./trace-draft.ts";
import { createWordReader, type Word, type WordKeeper } from "./words.ts";

/** Segments that share a part of the tag index: what is inserted lies close together, and is removed together. */
export const ERA_SEGMENTS = 64;

/** By what the column `has_root` holds; 0 was any without a root in stores of before. */
const BEGINNINGS: readonly TraceBeginning[] = ["served", "root", "amid"];

/** Traces while they grow. A draft is read when its first span comes and written before the commit. */
export interface TraceKeeper {
  /** What is known of a trace; undefined when it is new. */
  readonly find: (traceId: string) => TraceDraft | undefined;
  readonly begin: (traceId: string) => TraceDraft;
  /** Writes the drafts and forgets them. Returns them as summaries. */
  readonly flush: () => readonly TraceSummary[];
}

interface TraceKeeperParts {
  readonly database: DatabaseSync;
  readonly run: { readonly number: number; readonly id: string };
  readonly words: WordKeeper;
  readonly segments: SegmentKeeper;
}

interface Open {
  readonly draft: TraceDraft;
  readonly knownTags: number;
  readonly spansBefore: number;
  readonly errorsBefore: number;
}

export function createTraceKeeper({ database, run, words, segments }: TraceKeeperParts): TraceKeeper {
  const select = database.prepare("SELECT * FROM traces WHERE trace_id = ?");
  const insert = database.prepare("INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const update = database.prepare(
    `UPDATE traces SET service = ?, name = ?, has_root = ?, root_ms = ?, start_ms = ?, end_ms = ?, spans = ?,
     errors = ?, status = ?, services = ?, tags = ? WHERE number = ?`,
  );
  const tag = createTagIndex(database);
  const reader = createWordReader(database);
  const open = new Map<string, Open>();
  let last = lastNumber(database, "traces");

  const keep = (draft: TraceDraft): TraceDraft => {
    open.set(draft.traceId, {
      draft,
      knownTags: draft.tags.size,
      spansBefore: draft.spans,
      errorsBefore: draft.errors,
    });
    return draft;
  };
  const write = ({ draft, knownTags, spansBefore, errorsBefore }: Open) => {
    const { number, startMs, endMs } = draft;
    const values = [
      words.wordOf(draft.service),
      words.wordOf(draft.name),
      BEGINNINGS.indexOf(draft.begins),
      draft.rootMs,
      startMs,
      endMs,
      draft.spans,
      draft.errors,
      draft.status,
      JSON.stringify([...draft.services].map(([name, of]) => [words.wordOf(name), of.spans, of.errors])),
      packTags(draft.tags),
    ] as const;
    if (draft.isNew) insert.run(number, idBytes(draft.traceId), run.number, ...values);
    else update.run(...values, number);
    let index = 0;
    for (const found of draft.tags) {
      if (index >= knownTags) tag.add(found, segmentOf("traces", number));
      index += 1;
    }
    segments.note("traces", {
      number,
      minMs: startMs,
      maxMs: endMs,
      records: draft.spans - spansBefore,
      errors: draft.errors - errorsBefore,
      durationMs: endMs - startMs,
    });
  };

  return {
    find(traceId) {
      const known = open.get(traceId);
      if (known !== undefined) return known.draft;
      const row = select.get(idBytes(traceId));
      return row === undefined ? undefined : keep(draftOf(row, reader.textOf));
    },
    begin(traceId) {
      last += 1;
      return keep(newTraceDraft(last, traceId));
    },
    flush() {
      const changed = [...open.values()];
      open.clear();
      for (const each of changed) write(each);
      return changed.map(({ draft }) => summaryOf(draft, run.id));
    },
  };
}

/** The draft of a row of `traces`. */
export function draftOf(row: Row, textOf: (word: unknown) => string): TraceDraft {
  const services = JSON.parse(String(row["services"])) as readonly [Word, number, number][];
  return {
    number: Number(row["number"]),
    traceId: idText(row["trace_id"]),
    isNew: false,
    service: textOf(row["service"]),
    name: textOf(row["name"]),
    begins: BEGINNINGS[Number(row["has_root"])] ?? "served",
    rootMs: Number(row["root_ms"]),
    startMs: Number(row["start_ms"]),
    endMs: Number(row["end_ms"]),
    spans: Number(row["spans"]),
    errors: Number(row["errors"]),
    status: row["status"] === null ? null : Number(row["status"]),
    services: new Map(services.map(([word, spans, errors]) => [textOf(word), { spans, errors }])),
    tags: row["tags"] instanceof Uint8Array ? unpackTags(row["tags"]) : new Set(),
  };
}

/** Segments whose tags are remembered, so that what most traces share is not written for each. */
const REMEMBERED_SEGMENTS = 4;

/** Which segments hold a trace with a tag. */
function createTagIndex(database: DatabaseSync): { readonly add: (tag: number, segment: number) => void } {
  const insert = database.prepare("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)");
  const known = new Map<number, Set<number>>();
  return {
    add(tag, segment) {
      let tags = known.get(segment);
      if (tags === undefined) {
        tags = new Set();
        known.set(segment, tags);
        const oldest = Math.min(...known.keys());
        if (known.size > REMEMBERED_SEGMENTS) known.delete(oldest);
      }
      if (tags.has(tag)) return;
      tags.add(tag);
      insert.run(Math.floor(segment / ERA_SEGMENTS), tag, segment);
    },
  };
}
