import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Attributes } from "../../telemetry/records.ts";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { DecodedSpan } from "../intake/decoded.ts";
import { idBytes } from "./ids.ts";
import { SPAN_KINDS, SPAN_STATUSES, STATUS_ERROR, spanDetail } from "./span-columns.ts";
import { addToTrace, countSpan, type TraceDraft } from "./trace-draft.ts";
import type { TraceKeeper } from "./trace-rows.ts";
import { createWordReader, type Word, type WordKeeper } from "./words.ts";

export interface SpanKeeper {
  /** Returns how many were left out because their trace has too many. */
  readonly add: (spans: readonly DecodedSpan[]) => number;
}

interface SpanKeeperParts {
  readonly database: DatabaseSync;
  readonly words: WordKeeper;
  readonly traces: TraceKeeper;
  readonly traceSpansMax: number;
}

/**
 * Writes spans. One that comes again (its sender did not hear that it was taken) replaces the first. One of another
 * service with the same id, as bridges from Zipkin's headers make them, is kept beside it under an id of its own.
 */
export function createSpanKeeper({ database, words, traces, traceSpansMax }: SpanKeeperParts): SpanKeeper {
  const insert = database.prepare("INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const find = database.prepare("SELECT service, status FROM spans WHERE trace = ? AND span = ?");
  const remove = database.prepare("DELETE FROM spans WHERE trace = ? AND span = ?");
  const reader = createWordReader(database);
  const resources = createResourceWords(words);

  const write = (span: DecodedSpan, trace: number, id: Uint8Array | null): boolean => {
    const { changes } = insert.run(
      trace,
      id,
      idBytes(span.parentSpanId),
      words.wordOf(span.service),
      words.wordOf(span.instance),
      resources(span.resource),
      words.wordOf(span.name),
      SPAN_KINDS.indexOf(span.kind),
      span.startMs,
      span.durationMs,
      SPAN_STATUSES.indexOf(span.status),
      words.wordOf(span.scope),
      attributesText(span.attributes, words),
      spanDetail(span),
    );
    return changes === 1;
  };
  const add = (span: DecodedSpan, draft: TraceDraft): boolean => {
    const id = idBytes(span.spanId);
    const isFull = draft.spans >= traceSpansMax;
    if (isFull && find.get(draft.number, id) === undefined) return false;
    if (!write(span, draft.number, id)) {
      const before = find.get(draft.number, id);
      const service = before === undefined ? span.service : reader.textOf(before["service"]);
      if (service !== span.service) return add(besides(span), draft);
      if (before) countSpan(draft, service, before["status"] === STATUS_ERROR, -1);
      remove.run(draft.number, id);
      write(span, draft.number, id);
    }
    addToTrace(draft, span);
    return true;
  };

  return {
    add(spans) {
      let left = 0;
      for (const of of newestLast(spans)) {
        const [first] = of;
        if (first === undefined) continue;
        const draft = traces.find(first.traceId) ?? traces.begin(first.traceId);
        for (const span of of) if (!add(span, draft)) left += 1;
      }
      return left;
    },
  };
}

/** The span below the one whose id it has; always under the same id, so that one that comes again replaces itself. */
function besides(span: DecodedSpan): DecodedSpan {
  const spanId = createHash("sha256").update(`${span.spanId} ${span.service}`).digest("hex").slice(0, 16);
  return { ...span, spanId, parentSpanId: span.spanId };
}

/** Spans by trace, the traces in the order in which they began: they are numbered and listed so. */
function newestLast(spans: readonly DecodedSpan[]): readonly (readonly DecodedSpan[])[] {
  const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  const traces = [...byTrace.values()].map((of) => ({
    of,
    startMs: of.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY),
  }));
  return traces.sort((left, right) => left.startMs - right.startMs).map(({ of }) => of);
}

/** A resource is one object for all spans of a body: its text is made once. */
function createResourceWords(words: WordKeeper): (resource: Attributes) => Word {
  let known = new WeakMap<object, Word>();
  let last: Attributes | undefined;
  let lastWord: Word = "";
  return (resource) => {
    if (resource === last) return lastWord;
    last = resource;
    lastWord = known.get(resource) ?? words.wordOf(JSON.stringify(resource));
    known = known.set(resource, lastWord);
    return lastWord;
  };
}

/** Attributes as JSON, each key by its word: keys are more than half of the text. */
export function attributesText(attributes: Attributes, words: WordKeeper): string {
  const pairs: unknown[] = [];
  for (const key in attributes) pairs.push(words.wordOf(key), attributes[key]);
  return JSON.stringify(pairs);
}

/** Attributes as the API has them. */
export type ShownAttributes = LogEntry["fields"];

/** The reverse of attributesText. */
export function attributesOf(text: string, textOf: (word: unknown) => string): ShownAttributes {
  const pairs = JSON.parse(text) as readonly unknown[];
  const attributes: ShownAttributes = Object.create(null);
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    attributes[textOf(pairs[index])] = pairs[index + 1] as ShownAttributes[string];
  }
  return { ...attributes };
}
