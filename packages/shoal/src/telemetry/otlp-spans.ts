import { jsonText } from "./json-text.ts";
import { attributesJson } from "./otlp-json.ts";
import type { Span, SpanKind, SpanStatus } from "./records.ts";
import type { Resource } from "./resource.ts";
import { nanoText } from "./time-text.ts";

/** OTLP's numbers of the kinds and statuses. */
const KINDS: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const STATUSES: Readonly<Record<SpanStatus, number>> = { unset: 0, ok: 1, error: 2 };

/** Writes the body of an OTLP/HTTP traces request in JSON, piece by piece, for the spans of one resource. */
export function spansEncoder(resource: Resource): (spans: readonly Span[], write: (text: string) => void) => void {
  const head = `{"resourceSpans":[{"resource":{"attributes":${attributesJson(resource)}},"scopeSpans":[`;
  return (spans, write) => {
    const scopes = new Map<string, Span[]>();
    for (const span of spans) {
      const list = scopes.get(span.scope);
      if (list) list.push(span);
      else scopes.set(span.scope, [span]);
    }
    write(head);
    let isFirst = true;
    for (const [scope, list] of scopes) {
      let separator = `${isFirst ? "" : ","}{"scope":{"name":${jsonText(scope)}},"spans":[`;
      for (const span of list) {
        write(separator + spanJson(span));
        separator = ",";
      }
      write("]}");
      isFirst = false;
    }
    write("]}]}");
  };
}

function spanJson(span: Span): string {
  const { traceId, spanId, parentSpanId, name, kind, startMs, durationMs, attributes } = span;
  const parent = parentSpanId === "" ? "" : `"parentSpanId":"${parentSpanId}",`;
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}",${parent}"name":${jsonText(name)},"kind":${KINDS[kind]},` +
    `"startTimeUnixNano":"${nanoText(startMs)}","endTimeUnixNano":"${nanoText(startMs + durationMs)}",` +
    `"attributes":${attributesJson(attributes)}${eventsJson(span)}${linksJson(span)}${statusJson(span)}}`
  );
}

function eventsJson({ events }: Span): string {
  if (events.length === 0) return "";
  const list = events.map(
    ({ name, timeMs, attributes }) =>
      `{"name":${jsonText(name)},"timeUnixNano":"${nanoText(timeMs)}","attributes":${attributesJson(attributes)}}`,
  );
  return `,"events":[${list.join(",")}]`;
}

function linksJson({ links }: Span): string {
  if (links.length === 0) return "";
  const list = links.map(
    ({ traceId, spanId, attributes }) =>
      `{"traceId":"${traceId}","spanId":"${spanId}","attributes":${attributesJson(attributes)}}`,
  );
  return `,"links":[${list.join(",")}]`;
}

function statusJson({ status, statusMessage }: Span): string {
  if (status === "unset") return "";
  const message = statusMessage === "" ? "" : `,"message":${jsonText(statusMessage)}`;
  return `,"status":{"code":${STATUSES[status]}${message}}`;
}
