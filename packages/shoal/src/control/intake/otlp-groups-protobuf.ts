import type { Collector } from "./collector.ts";
import type { DecodedFrom } from "./decoded.ts";
import { readResource, readScope } from "./otlp-common-protobuf.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { senderOf } from "./sender.ts";

/** Where a record stands: what was sent by whom, and by which of its libraries. */
export interface Place {
  readonly collector: Collector;
  from: DecodedFrom;
  scope: string;
  /** Reads one Span, LogRecord or Metric. */
  readonly record: (place: Place, reader: ProtobufReader) => void;
}

/**
 * Reads an ExportTraceServiceRequest or its likes: traces, logs and metrics are grouped in the same way, with the same
 * field numbers. A request is `{ 1: group* }`, a group `{ 1: resource, 2: library* }`, a library `{ 1: scope,
 * 2: record* }`. The fields of a message come in any order, so that who sent is read before what was.
 * @see https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto/collector
 */
export function readGroups(bytes: Uint8Array, collector: Collector, record: Place["record"]): void {
  const place: Place = { collector, from: UNKNOWN, scope: "", record };
  new ProtobufReader(bytes).fields(place, requestField);
}

const UNKNOWN = senderOf({});

function requestField(place: Place, field: number, reader: ProtobufReader): void {
  if (field !== 1) {
    reader.skip();
    return;
  }
  place.from = UNKNOWN;
  reader.messageTwice(place, resourceField, librariesField);
}

function resourceField(place: Place, field: number, reader: ProtobufReader): void {
  if (field === 1) place.from = readResource(place.collector.limits, reader);
  else reader.skip();
}

function librariesField(place: Place, field: number, reader: ProtobufReader): void {
  if (field !== 2) {
    reader.skip();
    return;
  }
  place.scope = "";
  reader.messageTwice(place, scopeField, recordsField);
}

function scopeField(place: Place, field: number, reader: ProtobufReader): void {
  if (field === 1) place.scope = readScope(place.collector.limits, reader);
  else reader.skip();
}

function recordsField(place: Place, field: number, reader: ProtobufReader): void {
  if (field === 2 && place.collector.begin()) place.record(place, reader);
  else reader.skip();
}
