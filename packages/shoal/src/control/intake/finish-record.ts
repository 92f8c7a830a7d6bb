import type { SpanEvent, SpanLink } from "../../telemetry/records.ts";
import { textOfPlain } from "./any-value.ts";
import { attributesOf, noteLeftOut } from "./attribute-bag.ts";
import type { DecodedFrom, DecodedLog, DecodedSpan } from "./decoded.ts";
import type { EventDraft, LinkDraft, LogDraft, SpanDraft } from "./drafts.ts";
import { isHexId } from "./ids.ts";
import { isPlausible, msBetween, msOf } from "./instant.ts";
import type { IntakeLimits } from "./limits.ts";
import { cutText } from "./text.ts";

/** What a record is held against. */
export interface Bounds {
  readonly limits: IntakeLimits;
  /** Unix ms. */
  readonly nowMs: number;
}

/** Why a span cannot be kept. A wrong place in time would be worse than none: its sender is told instead. */
export function wrongWith(draft: SpanDraft, nowMs: number): string | undefined {
  if (!isHexId(draft.traceId, 32)) return "a span's trace id is not 16 bytes that are not all zero";
  if (!isHexId(draft.spanId, 16)) return "a span's id is not 8 bytes that are not all zero";
  if (!isPlausible(msOf(draft.start), nowMs)) return "a span's start is before the year 2000 or over a day ahead";
  if (draft.end.ms > nowMs && !isPlausible(draft.end.ms, nowMs)) return "a span's end is over a day ahead";
  return undefined;
}

/** A checked span, within the limits. */
export function spanOf(draft: SpanDraft, from: DecodedFrom, scope: string, bounds: Bounds): DecodedSpan {
  const { limits } = bounds;
  const { traceId, spanId, parentSpanId, bag } = draft;
  const startMs = msOf(draft.start);
  noteLeftOut(bag, "events", draft.droppedEvents);
  noteLeftOut(bag, "links", draft.droppedLinks);
  return {
    service: from.service,
    instance: from.instance,
    resource: from.resource,
    traceId,
    spanId,
    // A span that is its own parent would be in no tree. An unreadable parent makes a root rather than a loss.
    parentSpanId: parentSpanId !== spanId && isHexId(parentSpanId, 16) ? parentSpanId : "",
    name: cutText(draft.name, limits.nameCharsMax),
    kind: draft.kind,
    startMs,
    // A clock that was set back within the span, or an end that nobody wrote.
    durationMs: Math.max(0, msBetween(draft.start, draft.end)),
    status: draft.status,
    statusMessage: draft.status === "error" ? cutText(draft.statusMessage, limits.valueCharsMax) : "",
    attributes: attributesOf(bag, draft.droppedAttributes),
    events: draft.events.length === 0 ? NONE : draft.events.map((event) => eventOf(event, startMs, bounds)),
    links: draft.links.length === 0 ? NONE : draft.links.flatMap(linksOf),
    scope,
  };
}

const NONE: readonly never[] = Object.freeze([]);

function eventOf(draft: EventDraft, startMs: number, { limits, nowMs }: Bounds): SpanEvent {
  const atMs = msOf(draft.at);
  return {
    name: cutText(draft.name, limits.nameCharsMax),
    timeMs: isPlausible(atMs, nowMs) ? atMs : startMs,
    attributes: attributesOf(draft.bag),
  };
}

function linksOf({ traceId, spanId, bag }: LinkDraft): readonly SpanLink[] {
  return isHexId(traceId, 32) && isHexId(spanId, 16) ? [{ traceId, spanId, attributes: attributesOf(bag) }] : [];
}

/** A log record, within the limits. A line is never left out because of its time or its ids: what it says matters more. */
export function logOf(draft: LogDraft, from: DecodedFrom, scope: string, { limits, nowMs }: Bounds): DecodedLog {
  const traceId = isHexId(draft.traceId, 32) ? draft.traceId : "";
  return {
    service: from.service,
    instance: from.instance,
    resource: from.resource,
    timeMs: [msOf(draft.at), msOf(draft.observed)].find((ms) => isPlausible(ms, nowMs)) ?? nowMs,
    level: draft.level,
    text: cutText(textOfPlain(draft.body), limits.textCharsMax),
    traceId,
    spanId: traceId !== "" && isHexId(draft.spanId, 16) ? draft.spanId : "",
    fields: attributesOf(draft.bag, draft.droppedAttributes),
    scope,
  };
}
