import { putAttribute } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { LogDraft } from "./drafts.ts";
import { createLogDraft, levelOf } from "./drafts.ts";
import type { IntakeLimits } from "./limits.ts";
import { readAnyValue, readAttribute } from "./otlp-common-protobuf.ts";
import { type Place, readGroups } from "./otlp-groups-protobuf.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";

// Field numbers of opentelemetry/proto/logs/v1/logs.proto.

/** Reads an ExportLogsServiceRequest. Throws BODY_MALFORMED. */
export function readLogsProtobuf(bytes: Uint8Array, collector: Collector): void {
  readGroups(bytes, collector, readLog);
}

interface Reading {
  readonly draft: LogDraft;
  readonly limits: IntakeLimits;
  severity: number;
  severityText: string;
}

function readLog({ collector, from, scope }: Place, reader: ProtobufReader): void {
  const draft = createLogDraft();
  const reading: Reading = { draft, limits: collector.limits, severity: 0, severityText: "" };
  reader.message(reading, logField);
  draft.level = levelOf(reading.severity, reading.severityText);
  collector.log(draft, from, scope);
}

function logField(reading: Reading, field: number, reader: ProtobufReader): void {
  const { draft, limits } = reading;
  switch (field) {
    case 1:
      draft.at = reader.instant();
      break;
    case 2:
      reading.severity = reader.unsigned();
      break;
    case 3:
      reading.severityText = reader.text();
      break;
    case 5:
      draft.body = readAnyValue(limits, reader);
      break;
    case 6:
      readAttribute(draft.bag, limits, reader);
      break;
    case 7:
      draft.droppedAttributes += reader.unsigned();
      break;
    case 9:
      draft.traceId = reader.hex();
      break;
    case 10:
      draft.spanId = reader.hex();
      break;
    case 11:
      draft.observed = reader.instant();
      break;
    case 12:
      putAttribute(draft.bag, "event.name", reader.text(), limits);
      break;
    default:
      reader.skip();
  }
}
