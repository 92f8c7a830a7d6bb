import type { Collector } from "./collector.ts";
import type { SpanDraft } from "./drafts.ts";
import { createSpanDraft, spanKindOf, spanStatusOf } from "./drafts.ts";
import { idOfJson } from "./ids.ts";
import { instantOfJson, NO_INSTANT } from "./instant.ts";
import { countIn, enumIn, type Json, objectIn, objectsIn, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import { readAttributesJson, readGroupsJson } from "./otlp-common-json.ts";

const NAMES = { groups: "resourceSpans", libraries: "scopeSpans", records: "spans" };
const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const STATUSES = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/** Reads an ExportTraceServiceRequest in JSON. */
export function readSpansJson(document: Json, collector: Collector): void {
  readGroupsJson(document, NAMES, collector, (span, from, scope) => {
    collector.span(spanDraftOf(span, collector.limits), from, scope);
  });
}

function spanDraftOf(span: Json, limits: IntakeLimits): SpanDraft {
  const status = objectIn(span, "status");
  const events = objectsIn(span, "events");
  const links = objectsIn(span, "links");
  return {
    ...createSpanDraft(),
    traceId: idOfJson(span["traceId"]),
    spanId: idOfJson(span["spanId"]),
    parentSpanId: idOfJson(span["parentSpanId"]),
    name: textIn(span, "name"),
    kind: spanKindOf(enumIn(span, "kind", KINDS)),
    start: instantOfJson(span["startTimeUnixNano"]) ?? NO_INSTANT,
    end: instantOfJson(span["endTimeUnixNano"]) ?? NO_INSTANT,
    status: spanStatusOf(enumIn(status, "code", STATUSES)),
    statusMessage: textIn(status, "message"),
    bag: readAttributesJson(span, limits),
    droppedAttributes: countIn(span, "droppedAttributesCount"),
    events: events.slice(0, limits.eventsMax).map((event) => ({
      name: textIn(event, "name"),
      at: instantOfJson(event["timeUnixNano"]) ?? NO_INSTANT,
      bag: readAttributesJson(event, limits),
    })),
    droppedEvents: countIn(span, "droppedEventsCount") + Math.max(0, events.length - limits.eventsMax),
    links: links.slice(0, limits.eventsMax).map((link) => ({
      traceId: idOfJson(link["traceId"]),
      spanId: idOfJson(link["spanId"]),
      bag: readAttributesJson(link, limits),
    })),
    droppedLinks: countIn(span, "droppedLinksCount") + Math.max(0, links.length - limits.eventsMax),
  };
}
