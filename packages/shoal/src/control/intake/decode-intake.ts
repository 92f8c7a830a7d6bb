import { shoalError } from "../../core/errors.ts";
import { JSON_TYPE } from "../../core/wire.ts";
import type { IntakeBody, IntakeKind } from "../history/history.ts";
import { type Collector, createCollector } from "./collector.ts";
import type { Decoded } from "./decoded.ts";
import { readExchanges } from "./exchanges.ts";
import { parseDocument } from "./json-document.ts";
import { isObject, type Json } from "./json-fields.ts";
import { INTAKE_LIMITS, type IntakeLimits, resolveIntakeLimits } from "./limits.ts";
import { readLogsJson } from "./otlp-logs-json.ts";
import { readLogsProtobuf } from "./otlp-logs-protobuf.ts";
import { readMetricsJson } from "./otlp-metrics-json.ts";
import { readMetricsProtobuf } from "./otlp-metrics-protobuf.ts";
import { readSpansJson } from "./otlp-spans-json.ts";
import { readSpansProtobuf } from "./otlp-spans-protobuf.ts";
import { unpack } from "./unpack.ts";
import { readZipkinSpans } from "./zipkin.ts";

type ReadProtobuf = (bytes: Uint8Array, collector: Collector) => void;
type ReadJson = (document: Json, collector: Collector) => void;

const PROTOBUF_READERS: Readonly<Partial<Record<IntakeKind, ReadProtobuf>>> = {
  "otlp-traces": readSpansProtobuf,
  "otlp-logs": readLogsProtobuf,
  "otlp-metrics": readMetricsProtobuf,
};

const JSON_READERS: Readonly<Record<Exclude<IntakeKind, "zipkin-spans">, ReadJson>> = {
  "otlp-traces": readSpansJson,
  "otlp-logs": readLogsJson,
  "otlp-metrics": readMetricsJson,
  exchanges: readExchanges,
};

/**
 * Unpacks and reads a body. Pure but for its cost, which is bounded by the limits: call it off the main thread. A record
 * that is not valid is left out and counted; what is wrong with the whole body throws UNSUPPORTED_MEDIA_TYPE,
 * BODY_TOO_LARGE or BODY_MALFORMED, and nothing else is thrown but OPTION_INVALID.
 *
 * @param nowMs Unix ms; what happened over a day after it cannot have.
 */
export function decodeIntake(body: IntakeBody, nowMs: number, given?: Partial<IntakeLimits>): Decoded {
  const limits = given === undefined ? INTAKE_LIMITS : resolveIntakeLimits(given);
  const type = body.contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const readProtobuf = isProtobuf(type) ? PROTOBUF_READERS[body.kind] : undefined;
  if (readProtobuf === undefined && type !== JSON_TYPE) throw unsupported(body.kind, type);
  const bytes = unpack(body.bytes, body.contentEncoding, limits);
  const collector = createCollector(limits, nowMs);
  if (readProtobuf === undefined) readJson(body.kind, parseDocument(bytes), collector);
  else readProtobuf(bytes, collector);
  return { ...collector.result(), bytes: bytes.byteLength };
}

/** The type that OpenTelemetry names, and the one that was registered later. */
export function isProtobuf(type: string): boolean {
  return type === "application/x-protobuf" || type === "application/protobuf";
}

function readJson(kind: IntakeKind, document: unknown, collector: Collector): void {
  if (kind === "zipkin-spans") {
    if (!Array.isArray(document)) throw shoalError("BODY_MALFORMED", { message: "Zipkin's spans are a JSON list" });
    readZipkinSpans(document, collector);
    return;
  }
  if (!isObject(document)) throw shoalError("BODY_MALFORMED", { message: "the body is no JSON object" });
  JSON_READERS[kind](document, collector);
}

function unsupported(kind: IntakeKind, type: string) {
  const got = type === "" ? "without a content type" : `as "${type.slice(0, 64)}"`;
  const allowed = PROTOBUF_READERS[kind] === undefined ? JSON_TYPE : `application/x-protobuf or ${JSON_TYPE}`;
  return shoalError("UNSUPPORTED_MEDIA_TYPE", {
    message: `it came ${got}, not as ${allowed}`,
    hint:
      kind === "zipkin-spans"
        ? "Let the reporter encode JSON v2 (in zipkin-reporter: JSON_V2); Zipkin's protobuf and v1 are not read."
        : `Send ${allowed}.`,
  });
}
