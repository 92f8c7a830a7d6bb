import type { Collector } from "./collector.ts";
import type { EventDraft, LinkDraft, SpanDraft } from "./drafts.ts";
import { createEventDraft, createLinkDraft, createSpanDraft, spanKindOf, spanStatusOf } from "./drafts.ts";
import type { IntakeLimits } from "./limits.ts";
import { readAttribute } from "./otlp-common-protobuf.ts";
import { type Place, readGroups } from "./otlp-groups-protobuf.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";

// Field numbers of opentelemetry/proto/trace/v1/trace.proto.

/** Reads an ExportTraceServiceRequest. Throws BODY_MALFORMED. */
export function readSpansProtobuf(bytes: Uint8Array, collector: Collector): void {
  readGroups(bytes, collector, readSpan);
}

interface Reading<Draft> {
  readonly draft: Draft;
  readonly limits: IntakeLimits;
}

function readSpan({ collector, from, scope }: Place, reader: ProtobufReader): void {
  const draft = createSpanDraft();
  reader.message({ draft, limits: collector.limits }, spanField);
  collector.span(draft, from, scope);
}

function spanField({ draft, limits }: Reading<SpanDraft>, field: number, reader: ProtobufReader): void {
  switch (field) {
    case 1:
      draft.traceId = reader.hex();
      break;
    case 2:
      draft.spanId = reader.hex();
      break;
    case 4:
      draft.parentSpanId = reader.hex();
      break;
    case 5:
      draft.name = reader.text();
      break;
    case 6:
      draft.kind = spanKindOf(reader.unsigned());
      break;
    case 7:
      draft.start = reader.instant();
      break;
    case 8:
      draft.end = reader.instant();
      break;
    case 9:
      readAttribute(draft.bag, limits, reader);
      break;
    case 15:
      reader.message(draft, statusField);
      break;
    default:
      rareSpanField(draft, limits, field, reader);
  }
}

function rareSpanField(draft: SpanDraft, limits: IntakeLimits, field: number, reader: ProtobufReader): void {
  switch (field) {
    case 10:
      draft.droppedAttributes += reader.unsigned();
      break;
    case 11:
      readEvent(draft, limits, reader);
      break;
    case 12:
      draft.droppedEvents += reader.unsigned();
      break;
    case 13:
      readLink(draft, limits, reader);
      break;
    case 14:
      draft.droppedLinks += reader.unsigned();
      break;
    default:
      reader.skip();
  }
}

function statusField(draft: SpanDraft, field: number, reader: ProtobufReader): void {
  if (field === 2) draft.statusMessage = reader.text();
  else if (field === 3) draft.status = spanStatusOf(reader.unsigned());
  else reader.skip();
}

function readEvent(span: SpanDraft, limits: IntakeLimits, reader: ProtobufReader): void {
  if (span.events.length >= limits.eventsMax) {
    span.droppedEvents += 1;
    reader.skip();
    return;
  }
  const draft = createEventDraft();
  reader.message({ draft, limits }, eventField);
  span.events.push(draft);
}

function eventField({ draft, limits }: Reading<EventDraft>, field: number, reader: ProtobufReader): void {
  if (field === 1) draft.at = reader.instant();
  else if (field === 2) draft.name = reader.text();
  else if (field === 3) readAttribute(draft.bag, limits, reader);
  else reader.skip();
}

function readLink(span: SpanDraft, limits: IntakeLimits, reader: ProtobufReader): void {
  if (span.links.length >= limits.eventsMax) {
    span.droppedLinks += 1;
    reader.skip();
    return;
  }
  const draft = createLinkDraft();
  reader.message({ draft, limits }, linkField);
  span.links.push(draft);
}

function linkField({ draft, limits }: Reading<LinkDraft>, field: number, reader: ProtobufReader): void {
  if (field === 1) draft.traceId = reader.hex();
  else if (field === 2) draft.spanId = reader.hex();
  else if (field === 4) readAttribute(draft.bag, limits, reader);
  else reader.skip();
}
